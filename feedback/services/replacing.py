"""A newer file takes the place of an older one, figure by figure; undone, it gives every place back."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from departments.models import Trust, User
from departments.services.history import remembered_as_theirs
from departments.services.refusals import Refused
from feedback.models import FeedbackImport, Reading
from feedback.periods import period_in_words
from feedback.rules import ImportState
from feedback.services.above import tell_who_compares
from feedback.services.sending import locked

Slot = tuple[int, int | None, date, date]


def corrected_by(*, brought: FeedbackImport) -> FeedbackImport | None:
    """The import that counts now and is of the same kind and period: a newer file of them corrects it."""
    rows = (
        FeedbackImport.objects.with_names()
        .without_what_was_read()
        .filter(
            trust=brought.trust_id,
            layout=brought.layout,
            starts_on=brought.starts_on,
            ends_on=brought.ends_on,
            state=ImportState.IMPORTED,
        )
    )
    return rows.exclude(pk=brought.pk).first() if brought.starts_on else None


def make_room(*, brought: FeedbackImport, slots: set[Slot]) -> FeedbackImport | None:
    """Let older figures count no more: all of the file of the same kind and period, which it gives, and of others of
    its kind those that are here again. Raises Refused where a file of another kind says the same already.

    Called with the trust held, within the transaction that imports.
    """
    corrected = corrected_by(brought=brought)
    if corrected is not None:
        corrected.state = ImportState.REPLACED
        corrected.save(update_fields=["state"])
        corrected.readings.filter(current=True).update(current=False, replaced_by=brought)
    here = Reading.objects.current().filter(
        trust=brought.trust_id,
        measure__in={slot[0] for slot in slots},
        starts_on__lte=max(slot[2] for slot in slots),
        ends_on__gte=min(slot[3] for slot in slots),
    )
    same = [
        one
        for one in here.select_related("feedback_import").defer("feedback_import__found")
        if (one.measure_id, one.place_id, one.starts_on, one.ends_on) in slots
    ]
    for one in same:
        if one.feedback_import.layout != brought.layout:
            raise Refused(said_elsewhere(one))
    Reading.objects.filter(pk__in=[one.pk for one in same]).update(current=False, replaced_by=brought)
    return corrected


def said_elsewhere(reading: Reading) -> str:
    other, period = reading.feedback_import, period_in_words(reading.starts_on, reading.ends_on)
    return (
        f"Figures of this file for {period} are here already from a file of another kind, “{other.name}”. Undo that "
        "import first, or do not import this file: no figure counts twice."
    )


@transaction.atomic
@remembered_as_theirs
def undo_import(*, brought: FeedbackImport, by: User) -> FeedbackImport:
    """Let the figures of an import count no more, and those count again whose place they took. Nothing is deleted.

    Raises Refused for one that does not count, and for one of which a newer file has taken the place.
    """
    trust = Trust.objects.select_for_update(no_key=True).get(pk=brought.trust_id)
    row = locked(brought.pk)
    if row.state != ImportState.IMPORTED:
        raise Refused(f"This import cannot be undone as it stands: {row.get_state_display().lower()}.")
    newer = FeedbackImport.objects.filter(took_the_place_of__feedback_import=row).defer("found").first()
    if newer is not None:
        raise Refused(f"“{newer.name}” has taken the place of some of its figures. Undo that import first.")
    row.readings.filter(current=True).update(current=False)
    row.state, row.undone_by, row.undone_at = ImportState.UNDONE, by, timezone.now()
    row.save()
    give_back(row)
    tell_who_compares(trust)
    return row


def give_back(row: FeedbackImport) -> None:
    """Let those figures count again whose place this import took. Raises Refused where another file is there by now."""
    try:
        with transaction.atomic():
            Reading.objects.filter(replaced_by=row).update(current=True, replaced_by=None)
    except IntegrityError as error:
        raise Refused(
            "A file of another kind has meanwhile brought figures that would count again with this. Undo that import "
            "first."
        ) from error
    if row.replaces_id:
        FeedbackImport.objects.filter(pk=row.replaces_id, state=ImportState.REPLACED).update(state=ImportState.IMPORTED)
