"""Notes that somebody is on an element's page, and says who else is."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, Element, Presence
from departments.models import User

FORGOTTEN = timedelta(hours=1)


@transaction.atomic
def be_here(*, assessment: Assessment, element: Element, reviews: bool, by: User) -> list[Presence]:
    """Give a sign of being there; the others on the same element and the same side, whoever came first foremost."""
    now = timezone.now()
    own = Presence.objects.filter(assessment=assessment, element=element, user=by)
    if not own.now().filter(reviews=reviews).update(seen_at=now):
        Presence.objects.filter(assessment=assessment, seen_at__lt=now - FORGOTTEN).delete()
        here = Presence(assessment=assessment, element=element, user=by, reviews=reviews, since=now, seen_at=now)
        Presence.objects.bulk_create(
            [here],
            update_conflicts=True,
            unique_fields=["assessment", "element", "user"],
            update_fields=["reviews", "since", "seen_at"],
        )
    others = Presence.objects.now().visible_to(by).filter(assessment=assessment, element=element)
    return list(others.select_related("user").order_by("since", "pk"))
