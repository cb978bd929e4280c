"""Private notes: kept for the one who wrote them."""

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, Element, PrivateNote
from assessments.services.refusals import Refused, SavedByAColleague
from departments.models import User
from departments.services.history import remembered_as_theirs


@remembered_as_theirs
@transaction.atomic
def keep_note(*, assessment: Assessment, element: Element, version: int, text: str, by: User) -> PrivateNote:
    """Store an assessor's own note. SavedByAColleague when they have saved another from a second window."""
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if locked.assessor_id != by.pk:
        raise Refused("Another assessor assesses this now, so your note stays as it was.")
    note = PrivateNote.objects.filter(assessment=locked, element=element, author=by).first() or PrivateNote(
        assessment=locked, element=element, author=by
    )
    if note.text == text:
        return note
    if note.version != version:
        raise SavedByAColleague(note)
    note.text, note.edited_at = text, timezone.now()
    note.version += 1
    note.save()
    return note
