"""Commands of the files floor."""
