"""Decisions about files from plain values alone: how far one has come, and who may have it when."""

from django.db.models import TextChoices


class FileState(TextChoices):
    """How far a file has come since somebody began to send it."""

    ARRIVING = "arriving", "Arriving"
    WAITING = "waiting", "Waiting to be checked"
    CHECKING = "checking", "Being checked"
    CLEAN = "clean", "Checked"
    NOT_SCANNED = "not_scanned", "Not scanned for viruses"
    QUARANTINED = "quarantined", "Quarantined"
    UNCHECKED = "unchecked", "Could not be checked"
    DESTROYED = "destroyed", "Destroyed"


class PatientData(TextChoices):
    """Whether text in a file looks like it names a patient, and what its sender said of that."""

    NOT_SEEN = "", "None seen"
    FOUND = "found", "To be decided"
    CONFIRMED = "confirmed", "Confirmed"


# States in which all the bytes are here and nothing has been found against them yet.
UNDER_CHECK = frozenset({FileState.WAITING, FileState.CHECKING})
# States in which a file supports nothing and nobody gets it.
REFUSED = frozenset({FileState.QUARANTINED, FileState.UNCHECKED, FileState.DESTROYED})


def may_be_served(state: str, *, must_be_scanned: bool) -> bool:
    """Whether anybody may have the bytes: checked and scanned, or checked alone where no scanner is asked for."""
    return state == FileState.CLEAN or (state == FileState.NOT_SCANNED and not must_be_scanned)


def counts_as_evidence(state: str) -> bool:
    """Whether a file supports an element: it has arrived, and nothing is known against it."""
    return state in UNDER_CHECK or state in (FileState.CLEAN, FileState.NOT_SCANNED)
