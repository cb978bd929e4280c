"""What the assessments app remembers; import models from here."""

from assessments.models.standard import BandMeaning, Criterion, Element, Standard, SubCriterion

__all__ = ["BandMeaning", "Criterion", "Element", "Standard", "SubCriterion"]
