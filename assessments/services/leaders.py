"""The leaders' view: an executive answers once a year."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.leading import Agreement, ChangeNeeded
from assessments.models import Element, LeadersAnswer, LeadersView, Standard
from assessments.models.leaders import leadership_elements
from assessments.services.refusals import Refused
from departments.models import Trust, User
from departments.services.history import remembered_as_theirs


@transaction.atomic
@remembered_as_theirs
def answer_leaders_view(
    *,
    trust: Trust,
    change_needed: str,
    agreements: Mapping[Element, str],
    by: User,
    at: datetime | None = None,
) -> LeadersView:
    """Keep what a leader answers for this year, whole. Raises Refused for a second time or a question left out."""
    at = at or timezone.now()
    year = timezone.localdate(at).year
    asked = set(leadership_elements(Standard.objects.newest()))
    if change_needed not in ChangeNeeded.values or any(each not in Agreement.values for each in agreements.values()):
        raise Refused("Choose one of the answers that are offered.")
    if set(agreements) != asked:
        raise Refused("The questions have changed meanwhile. Answer them as they stand now.")
    try:
        with transaction.atomic():
            view = LeadersView.objects.create(
                trust=trust, year=year, change_needed=change_needed, answered_by=by, answered_at=at
            )
    except IntegrityError as again:
        raise Refused(f"You have answered for {year} already. Next year you are asked again.") from again
    LeadersAnswer.objects.bulk_create(
        LeadersAnswer(view=view, element=element, agreement=agreement) for element, agreement in agreements.items()
    )
    return view
