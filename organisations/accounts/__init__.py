"""Sign-up, sign-in, profile and keys: what stands between a visitor and a Person."""
