"""Wards and sites of files: found again, matched by their names where that is sure, else decided by a person once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from departments.models import Department, Service, Trust, User
from departments.services.history import remembered_as_theirs
from departments.services.refusals import Refused
from feedback.models import FeedbackImport, Place
from feedback.rules import PlaceState
from feedback.services.above import tell_who_compares

Key = tuple[str, str]
LONGEST_CODE, LONGEST_NAME = 20, 200


def key_of(site_code: str, site_name: str, ward: str) -> Key:
    """What makes it the same place in another file: its site, by code where there is one, and its ward."""
    site = site_code[:LONGEST_CODE] or site_name[:LONGEST_NAME]
    return site.lower(), ward[:LONGEST_NAME].lower()


def key_of_row(row: dict[str, Any]) -> Key | None:
    """The key of the place that a row of a file is about; None for the whole trust."""
    parts = (row["site_code"], row["site_name"], row["ward"])
    return key_of(*parts) if any(parts) else None


def places_for(*, trust: Trust, rows: Iterable[dict[str, Any]], at: datetime) -> dict[Key, Place]:
    """The place of every row, made where it is new; those undecided are matched if their names now say whose they are.

    Called within the transaction that imports the rows, with the trust held.
    """
    told: dict[Key, dict[str, Any]] = {key: row for row in rows if (key := key_of_row(row))}
    known = {key_of(one.site_code, one.site_name, one.ward): one for one in Place.objects.filter(trust=trust)}
    new = [
        Place(
            trust=trust,
            site_code=row["site_code"][:LONGEST_CODE],
            site_name=row["site_name"][:LONGEST_NAME],
            ward=row["ward"][:LONGEST_NAME],
            specialties=row["specialties"],
        )
        for key, row in told.items()
        if key not in known
    ]
    names = Names(trust)
    for place in new:
        names.match(place, at)
    old = [known[key] for key in told if key in known and known[key].state == PlaceState.UNDECIDED]
    for place in (one for one in old if names.match(one, at)):
        place.save()
    known |= {key_of(one.site_code, one.site_name, one.ward): one for one in Place.objects.bulk_create(new)}
    return {key: known[key] for key in told}


@dataclass(frozen=True)
class Preview:
    """What will come of the places of a file: how many are known or matched, and the names of those to be decided."""

    total: int
    sure: int
    undecided: list[str]


PLACES_OF = """
    SELECT DISTINCT r ->> 'site_code', r ->> 'site_name', r ->> 'ward'
    FROM feedback_feedbackimport i, jsonb_array_elements(i.found -> 'rows') r
    WHERE i.id = %s
"""


def preview_of_places(*, brought: FeedbackImport) -> Preview:
    """The same, before anything is stored."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES_OF, [brought.pk])
        told = {key_of(*parts): parts for parts in cursor.fetchall() if any(parts)}
    known = {
        key_of(one.site_code, one.site_name, one.ward): one for one in Place.objects.filter(trust=brought.trust_id)
    }
    names, undecided = Names(brought.trust), []
    for key, (site_code, site_name, ward) in sorted(told.items()):
        place = known.get(key) or Place(site_code=site_code, site_name=site_name, ward=ward)
        if place.state == PlaceState.UNDECIDED and not names.match(place, brought.sent_at):
            undecided.append(str(place))
    return Preview(total=len(told), sure=len(told) - len(undecided), undecided=undecided)


class Names:
    """What a trust calls its services and sites, to be compared with what a file calls its places."""

    def __init__(self, trust: Trust) -> None:
        self.services: dict[str, list[Service]] = defaultdict(list)
        self.sites: dict[str, set[int]] = defaultdict(set)  # departments that run something at a site of that name
        services = Service.objects.filter(department__trust=trust).select_related("department")
        for service in services.prefetch_related("sites"):
            self.services[plain(service.name)].append(service)
            for site in service.sites.all():
                self.sites[plain(str(site))].add(service.department_id)
        self.departments = {one.pk: one for one in Department.objects.filter(trust=trust)}

    def match(self, place: Place, at: datetime) -> bool:
        """Say whose a place is if its name says so and leaves no doubt; whether it did."""
        called = self.services[plain(place.ward or place.site_name)]
        there = [one for one in called if plain(place.site_name) in {plain(str(site)) for site in one.sites.all()}]
        sure = there if len(called) > 1 else called
        runs_there = self.sites.get(plain(place.site_name), set()) if not place.ward else set()
        if len(sure) == 1:
            place.service, place.department = sure[0], sure[0].department
        elif len(runs_there) == 1 and not called:
            place.department = self.departments[next(iter(runs_there))]
        else:
            return False
        place.state, place.decided_at = PlaceState.MATCHED, at
        return True


def plain(name: str) -> str:
    """A name without what does not tell places apart: case, spaces."""
    return " ".join(name.lower().split())


@transaction.atomic
@remembered_as_theirs
def decide_place(
    *,
    place: Place,
    service: Service | None = None,
    department: Department | None = None,
    set_aside: bool = False,
    by: User,
) -> Place:
    """Say whose a place is: a service's, a department's as a whole, or (set aside) nobody's here. It may be said again.

    From then on its figures, those that are here too, speak of that department. Raises Refused for another trust's.
    """
    row = _decide(place, service=service, department=department, set_aside=set_aside, by=by)
    tell_who_compares(row.trust)
    return row


@transaction.atomic
@remembered_as_theirs
def decide_places(*, trust: Trust, decisions: Iterable[tuple[Place, dict[str, Any]]], by: User) -> list[str]:
    """The same of several places of a trust, each with what it is; what rests on them is worked out once.

    Gives a sentence for each that could not be decided. The trust is held, as by an import, which matches places too.
    """
    held = Trust.objects.select_for_update(no_key=True).get(pk=trust.pk)
    chosen, refused = list(decisions), []
    for place, meant in chosen:
        try:
            _decide(place, by=by, **meant)
        except Refused as reason:
            refused.append(f"{place}: {reason.reason}")
    if len(refused) < len(chosen):
        tell_who_compares(held)
    return refused


def _decide(
    place: Place,
    *,
    by: User,
    service: Service | None = None,
    department: Department | None = None,
    set_aside: bool = False,
) -> Place:
    row = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if service is not None:
        department = service.department
    if department is not None and department.trust_id != row.trust_id:
        raise Refused("Choose a service or a department of your own trust.")
    if (department is None) != set_aside:
        raise Refused("Choose whose it is, or that it is nobody’s here.")
    row.service, row.department = service, department
    row.state = PlaceState.SET_ASIDE if set_aside else PlaceState.MATCHED
    row.decided_by, row.decided_at = by, timezone.now()
    row.save()
    return row
