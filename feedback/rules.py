"""The feedback floor's words, and what can be decided of a figure from plain values alone."""

from decimal import Decimal

from django.db.models import TextChoices


class Source(TextChoices):
    """Where a measure comes from."""

    FFT = "fft", "Friends and Family Test"
    KO41A = "ko41a", "Written complaints (KO41a)"
    STAFF_SURVEY = "staff_survey", "NHS Staff Survey"
    LOCAL = "local", "Survey of our own"


class Voice(TextChoices):
    """Who speaks through a measure."""

    PATIENTS = "patients", "Patients"
    STAFF = "staff", "Staff"


class MeasureKind(TextChoices):
    """What a measure's score is: a share from 0 to 1, a score out of something, or a number of things."""

    SHARE = "share", "Share"
    SCORE = "score", "Score"
    COUNT = "count", "Count"


class ImportState(TextChoices):
    """How far a file of figures has come since it was sent."""

    WAITING = "waiting", "Waiting to be read"
    READING = "reading", "Being read"
    TO_CONFIRM = "to_confirm", "Read: look it over"
    IMPORTING = "importing", "Being imported"
    IMPORTED = "imported", "Imported"
    REPLACED = "replaced", "Replaced by a newer file"
    UNDONE = "undone", "Undone"
    REFUSED = "refused", "Could not be read"
    GIVEN_UP = "given_up", "Not imported"


# States in which a worker has, or will have, something to do: pages look again by themselves.
UNDER_WAY = frozenset({ImportState.WAITING, ImportState.READING, ImportState.IMPORTING})
# States in which an import's figures are in the database, whether they count or not.
CAME_IN = frozenset({ImportState.IMPORTED, ImportState.REPLACED, ImportState.UNDONE})


class PlaceState(TextChoices):
    """Whether it is known whose a ward or site of a file is."""

    UNDECIDED = "undecided", "To be decided"
    MATCHED = "matched", "Matched"
    SET_ASIDE = "set_aside", "Set aside"


class RemarkKind(TextChoices):
    """What somebody said, by its kind."""

    COMPLIMENT = "compliment", "Compliment"
    COMMENT = "comment", "Comment"
    COMPLAINT = "complaint", "Theme of a complaint"


HUNDRED = Decimal(100)


def on_common_scale(
    *, kind: str, score: Decimal | None, out_of: Decimal | None, higher_is_better: bool
) -> Decimal | None:
    """A figure on the scale that all measures share, 0 (worst) to 100 (best); None for what is not known or has none.

    A share becomes a percentage, a score its part of what it is out of; where lower is better, the scale is turned.
    """
    whole = {MeasureKind.SHARE: Decimal(1), MeasureKind.SCORE: out_of}.get(MeasureKind(kind))
    if score is None or not whole:
        return None
    up = score / whole * HUNDRED
    return up if higher_is_better else HUNDRED - up


def tidy(number: Decimal, places: int = 1) -> str:
    """A number as people read it: rounded, and without a decimal that says nothing."""
    words = f"{number:.{places}f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def score_in_words(*, kind: str, score: Decimal | None, out_of: Decimal | None) -> str:
    """The figure itself: “94%”, “6.9 out of 10”, “61”; what is not known says so."""
    if score is None:
        return "Not known"
    if kind == MeasureKind.SHARE:
        return f"{tidy(score * HUNDRED)}%"
    if kind == MeasureKind.SCORE and out_of is not None:
        return f"{tidy(score, 2)} out of {tidy(out_of, 2)}"
    return tidy(score, 2)


def counts_in_words(*, positive: int | None, responses: int | None) -> str:
    """What a figure rests on: “94 of 100”, “of 100”; nothing where no count is known."""
    if responses is None:
        return ""
    return f"{positive:,} of {responses:,}" if positive is not None else f"of {responses:,}"
