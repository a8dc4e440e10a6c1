"""The invented French group of the sample company: same seed, same files."""
