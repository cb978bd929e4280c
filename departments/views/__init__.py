"""What speaks to people on the ground floor."""
