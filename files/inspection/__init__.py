"""What is wrong with a file that somebody sent, told by its content alone: no Django, no database, no network."""

from files.inspection.look import inspect
from files.inspection.problems import Inspection, Problem

__all__ = ["MEGABYTES", "SECONDS", "Inspection", "Problem", "inspect"]

# What a child needs for the largest file that is looked into whole, with room to spare.
SECONDS, MEGABYTES = 90, 280
