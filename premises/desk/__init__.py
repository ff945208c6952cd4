"""The official's and the head's whole desk of lettings, over what the other packages know."""
