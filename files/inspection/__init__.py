"""What is wrong with a file that somebody sent, told by its content alone: no Django, no database, no network."""

from files.inspection.look import inspect
from files.inspection.problems import Inspection, Problem

__all__ = ["Inspection", "Problem", "inspect"]
