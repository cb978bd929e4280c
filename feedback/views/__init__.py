"""What the feedback floor answers to a browser."""
