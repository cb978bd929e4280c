"""What patients and staff say: measures, imports of files that trusts have, readings, places and remarks."""
