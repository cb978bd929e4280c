"""The plan of a visit: its days and stops, whom to meet, and what to see where."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, Visit, VisitElement, VisitPerson, VisitStop
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.visit_news import tell_of_a_change
from assessments.visiting import Level, wrong_day
from departments.models import Service, Site, User

Row = TypeVar("Row", VisitStop, VisitPerson)
Where = tuple[Service | None, Site | None]

FIRST_STOP = time(9, 30)
BETWEEN_STOPS = timedelta(hours=1)
LAST_STOP = 8  # stops of a day that are given an hour each; later ones stand at the same time


def places_of(assessment: Assessment) -> list[Where]:
    """Each service of the department at each of its sites; a service without a site stands alone."""
    services = assessment.department.services.prefetch_related("sites__partner")
    found: list[Where] = []
    for service in services:
        sites: list[Any] = list(service.sites.all())
        found += [(service, site) for site in sites] or [(service, None)]
    return found


def name_of(service: Service | None, site: Site | None) -> str:
    """A place in words, with the partner whose site it is."""
    where = f"{site.name} ({site.partner.name})" if site and site.partner else site.name if site else ""
    return ", ".join(filter(None, [service.name if service else "", where]))


@transaction.atomic
def begin_visit(*, assessment: Assessment, day: date, took_place: bool, places: Iterable[Where], by: User) -> Visit:
    """Begin the plan with a stop an hour at each of these places. Begun already, the plan that is there stays."""
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    visit, is_new = Visit.objects.get_or_create(assessment=locked, defaults={"took_place": took_place})
    if not is_new:
        return visit
    _check_open(visit)
    _check_day(day, visit)
    for position, (service, site) in enumerate(places):
        at = datetime.combine(day, FIRST_STOP) + min(position, LAST_STOP) * BETWEEN_STOPS
        place = name_of(service, site)
        VisitStop.objects.create(visit=visit, day=day, time=at.time(), service=service, site=site, place=place)
    return visit


@transaction.atomic
def save_arrangements(*, visit: Visit, version: int, by: User, arrangements: str, took_place: bool) -> Visit:
    """Store where to come and whom to ask for, and whether the visit has taken place already."""
    row = _locked(visit)
    if (row.arrangements, row.took_place) == (arrangements, took_place):
        return row
    if row.version != version:
        raise SavedByAColleague
    row.arrangements, row.took_place = arrangements, took_place
    row.version += 1
    row.save()
    tell_of_a_change(row)
    return row


@transaction.atomic
def save_stop(*, visit: Visit, stop: VisitStop | None = None, version: int = 0, by: User, **words: Any) -> VisitStop:
    """Store a stop (`day`, `time`, `service`, `site`, `purpose`), a new one without `stop`."""
    visit = _locked(visit)
    if not (words["service"] or words["site"]):
        raise Refused("Choose a service, a site or both.", field="service")
    row = VisitStop(visit=visit) if stop is None else _now(stop)
    if row.day != words["day"]:
        _check_day(words["day"], visit)
    words["place"] = name_of(words["service"], words["site"])
    return _save(row, version, by, words)


@transaction.atomic
def save_person(
    *, visit: Visit, person: VisitPerson | None = None, version: int = 0, by: User, **words: Any
) -> VisitPerson:
    """Store somebody to meet (`level`, `post`, `name`, `count`, `stop`), a new one without `person`."""
    visit = _locked(visit)
    if words["level"] == Level.PATIENTS and words["name"]:
        raise Refused("Patients and carers stay without a name. Say how many, and who they are together.", field="name")
    if words["stop"] is not None and words["stop"].visit_id != visit.pk:
        raise Refused("That stop is of another visit.", field="stop")
    return _save(VisitPerson(visit=visit) if person is None else _now(person), version, by, words)


@transaction.atomic
def remove_row(*, row: VisitStop | VisitPerson, by: User) -> None:
    """Take a stop or a person off the plan. Notes that were made there stay; somebody who was met stays too."""
    visit = _locked(row.visit)
    if (row.seen if isinstance(row, VisitStop) else row.met) == "yes":
        raise Refused("This has taken place already, so it stays in the plan. Say first that it has not.")
    row.delete()
    tell_of_a_change(visit)


@transaction.atomic
def choose_stops(*, visit: Visit, version: int, by: User, chosen: Mapping[int, int | None]) -> Visit:
    """Say at which stop each element (by id) is looked at; None: at no one stop."""
    visit = _locked(visit)
    stops = set(visit.stops.values_list("pk", flat=True))
    held = dict(VisitElement.objects.filter(visit=visit).values_list("element_id", "stop_id"))
    changed = {element: stop for element, stop in chosen.items() if held.get(element) != stop}
    if not changed:
        return visit
    if visit.version != version:
        raise SavedByAColleague
    if gone := {stop for stop in changed.values() if stop is not None} - stops:
        raise Refused(f"{'A stop' if len(gone) == 1 else 'Stops'} that you chose was removed meanwhile. Choose again.")
    VisitElement.objects.filter(visit=visit, element__in=changed).delete()
    VisitElement.objects.bulk_create(
        [VisitElement(visit=visit, element_id=element, stop_id=stop) for element, stop in changed.items() if stop]
    )
    visit.version += 1
    visit.save()
    return visit


def _locked(visit: Visit) -> Visit:
    """The visit as it is now, with its assessment held until the transaction ends; refused when its plan is closed."""
    assessment = Assessment.objects.select_for_update(of=("self",)).select_related("department__trust").get(pk=visit.pk)
    row = Visit.objects.get(pk=visit.pk)
    row.assessment = assessment
    _check_open(row)
    return row


def _check_open(visit: Visit) -> None:
    if not visit.takes_plans:
        raise Refused("The visit is closed, so its plan can no longer be changed. Open the visit again first.")


def _check_day(day: date, visit: Visit) -> None:
    if words := wrong_day(day, took_place=visit.took_place, today=timezone.localdate()):
        raise Refused(words, field="day")


def _now(row: Row) -> Row:
    found: Row | None = type(row).objects.filter(pk=row.pk).first()
    if found is None:
        raise Refused("Somebody took this off the plan meanwhile.")
    return found


def _save(row: Row, version: int, by: User, words: dict[str, Any]) -> Row:
    if row.pk and all(getattr(row, name) == value for name, value in words.items()):
        return row
    if row.version != version:
        raise SavedByAColleague
    for name, value in words.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    tell_of_a_change(row.visit)
    return row
