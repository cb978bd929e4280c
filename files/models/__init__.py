"""What the files floor remembers."""

from files.models.file import File
from files.models.keeping import Destruction, IntegrityCheck, Leftover, LegalHold
from files.models.page import Page

__all__ = ["Destruction", "File", "IntegrityCheck", "Leftover", "LegalHold", "Page"]
