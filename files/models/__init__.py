"""What the files floor remembers."""

from files.models.file import File
from files.models.page import Page

__all__ = ["File", "Page"]
