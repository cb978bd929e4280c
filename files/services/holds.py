"""Legal holds: set and lifted, with a reason, by whoever answers for the trust's files."""

from django.db import transaction
from django.utils import timezone

from departments.models import Department, Trust, User
from departments.services.history import remembered_as_theirs
from departments.services.refusals import Refused
from files.models import LegalHold


@remembered_as_theirs
@transaction.atomic
def set_hold(*, trust: Trust, department: Department | None, reason: str, by: User) -> LegalHold:
    """From now on nothing of the trust, or of one department, is destroyed."""
    if department is not None and department.trust_id != trust.pk:
        raise Refused("That is not a department of this trust. Choose again.", field="department")
    return LegalHold.objects.create(trust=trust, department=department, reason=reason, set_by=by, set_at=timezone.now())


@remembered_as_theirs
@transaction.atomic
def lift_hold(*, hold: LegalHold, reason: str, by: User) -> LegalHold:
    """What it kept is destroyed when its time is up, which may be tonight."""
    row = LegalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if row.lifted_at is not None:
        raise Refused("This hold was lifted already.")
    row.lifted_by, row.lifted_at, row.lifted_because = by, timezone.now(), reason
    row.save()
    return row
