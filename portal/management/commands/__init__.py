"""Commands of the roof: load what the portal needs, and keep it."""
