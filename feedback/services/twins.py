"""Files that bring nothing new: the same figures were imported before, in whatever file."""

from django.utils.formats import date_format

from feedback.models import FeedbackImport
from feedback.rules import ImportState


def twin_of(brought: FeedbackImport) -> FeedbackImport | None:
    """The import that counts now and holds the same figures for the same period."""
    rows = (
        FeedbackImport.objects.with_names()
        .without_what_was_read()
        .filter(
            trust=brought.trust_id,
            state=ImportState.IMPORTED,
            layout=brought.layout,
            digest=brought.digest,
            starts_on=brought.starts_on,
            ends_on=brought.ends_on,
        )
    )
    return rows.exclude(pk=brought.pk).first()


def already_here(brought: FeedbackImport) -> bool:
    """End an import that would change nothing, and say so on its row, which the caller saves."""
    twin = twin_of(brought)
    if twin is None or twin.confirmed_at is None:
        return False
    on = date_format(twin.confirmed_at, "j F Y")
    brought.state = ImportState.GIVEN_UP
    brought.problem = (
        f"These figures are here already: {twin.confirmed_by} imported them on {on} from “{twin.name}”. Nothing was "
        "changed."
    )
    brought.confirmed_by = brought.confirmed_at = None
    return True
