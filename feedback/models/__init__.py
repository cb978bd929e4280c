"""What the feedback floor remembers."""

from feedback.models.imports import FeedbackImport
from feedback.models.measures import Measure
from feedback.models.places import Place
from feedback.models.readings import Reading
from feedback.models.remarks import Remark

__all__ = ["FeedbackImport", "Measure", "Place", "Reading", "Remark"]
