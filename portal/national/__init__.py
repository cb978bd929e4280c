"""A made-up country for figures and for looking at pages at full size: never of a portal that is in use."""
