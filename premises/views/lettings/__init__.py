"""Pages of the desk of lettings, below /najem/. Each finds its unit through access.py."""
