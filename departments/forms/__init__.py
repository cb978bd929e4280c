"""What somebody typed on the ground floor, checked field by field."""
