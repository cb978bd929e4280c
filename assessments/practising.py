"""Good practice in plain values: where a case comes from, how far it has come, and what a nomination came to."""

from django.db.models import TextChoices

from assessments.rules import Band

WEAK = frozenset({Band.PARTIALLY_COMPLIANT, Band.NON_COMPLIANT})


class Source(TextChoices):
    """What sort of organisation does it."""

    NHS = "nhs", "NHS department"
    RETAILER = "retailer", "Retailer"
    PHARMACY = "pharmacy", "Pharmacy"
    COUNCIL = "council", "Council"
    OTHER = "other", "Other organisation"


class CaseState(TextChoices):
    """How far a case has come on its way into the library."""

    DRAFT = "draft", "Being written"
    CONSENTED = "consented", "To be published"
    PUBLISHED = "published", "Published"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Consent withdrawn"


class NominationState(TextChoices):
    """What came of a nomination for national recognition."""

    NOMINATED = "nominated", "Nominated"
    SHORTLISTED = "shortlisted", "Shortlisted"
    RECOGNISED = "recognised", "Recognised"
    NOT_RECOGNISED = "not_recognised", "Not recognised"


# Its words may change in these; in the others somebody has agreed to them as they stand.
WRITABLE = frozenset({CaseState.DRAFT, CaseState.RETURNED, CaseState.WITHDRAWN})
AGREED = frozenset({CaseState.CONSENTED, CaseState.PUBLISHED})
SETTLED = frozenset({NominationState.RECOGNISED, NominationState.NOT_RECOGNISED})


def what_a_case_lacks(*, title: str, what: str, why: str, results: str, contact: str, is_nhs: bool) -> list[str]:
    """What must be written before others can learn from it, in words."""
    said = {"a title": title, "what you do": what, "why it works": why, "what came of it": results}
    if is_nhs:
        said["a post to ask"] = contact
    return [name for name, words in said.items() if not words.strip()]


def is_weak(*, own: str, found: str, has_text: bool) -> bool:
    """Whether a department could learn from others on an element: it falls short there, or has written nothing yet."""
    return own in WEAK or found in WEAK or not has_text
