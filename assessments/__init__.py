"""The standard, and one assessment's way from first evidence to decision."""
