"""Whatever changes a file: taken in, checked, read, kept and destroyed."""
