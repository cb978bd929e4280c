"""What the files floor answers to a browser."""
