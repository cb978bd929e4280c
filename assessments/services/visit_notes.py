"""The day of the visit: notes that are made once however often they are sent, and what was seen and who was met."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, Element, Visit, VisitNote, VisitPerson, VisitStop
from assessments.services.refusals import Refused
from departments.models import User
from files.patients import find_identifiers

OLDEST = timedelta(days=30)  # a tablet's clock that is further off is not believed


@transaction.atomic
def add_note(
    *,
    visit: Visit,
    token: UUID,
    element: Element,
    text: str,
    stop: VisitStop | None = None,
    person: VisitPerson | None = None,
    by: User,
    at: datetime | None = None,
) -> VisitNote:
    """Store a note. The same token with the same words is the same note, and is not stored again."""
    _check_open(visit)
    if words := may_name_a_patient(text):
        raise Refused(words, field="text")
    held = VisitNote.objects.filter(token=token).first()
    if held is not None and (held.visit_id, held.element_id, held.text) == (visit.pk, element.pk, text):
        return held
    now = timezone.now()
    written = at if at is not None and now - OLDEST <= at <= now else now
    return VisitNote.objects.create(
        visit=visit,
        token=uuid4() if held is not None else token,  # a page that was gone back to: other words are another note
        element=element,
        stop=stop,
        person=person,
        text=text,
        by=by,
        at=written,
    )


@transaction.atomic
def mark_seen(*, stop: VisitStop, seen: str, by: User) -> VisitStop:
    """Say that a stop was seen, was not, or (empty) that nobody has said yet."""
    _check_open(stop.visit)
    stop.seen = seen
    stop.save(update_fields=["seen"])
    return stop


@transaction.atomic
def mark_met(*, person: VisitPerson, met: str, by: User) -> VisitPerson:
    """Say that somebody was met, was not, or (empty) that nobody has said yet."""
    _check_open(person.visit)
    person.met = met
    person.save(update_fields=["met"])
    return person


def may_name_a_patient(text: str) -> str:
    """Why a text is not taken: it holds what looks like a patient's identifier. Nothing when it does not."""
    signs = find_identifiers(text)
    if not signs:
        return ""
    found = ", ".join(dict.fromkeys(sign.masked for sign in signs))
    return f"This may identify a patient: {found}. Take it out; write “a patient” instead."


def _check_open(visit: Visit) -> None:
    """Held until the transaction ends, so that two of the same note wait for each other."""
    visit.assessment = Assessment.objects.select_for_update().get(pk=visit.pk)
    if not visit.takes_notes:
        raise Refused("Notes are taken once the visit is planned, and until the draft report has been sent.")
