"""Searching what somebody may see: titles, statements, findings and the text inside files."""
