"""Plans the visit of an assessment: its stops, whom to meet and what to see where, in the days to come."""

from datetime import date, time, timedelta

from django.utils import timezone

from assessments.models import Assessment, Element, Visit, VisitStop
from assessments.services.visit_moves import announce
from assessments.services.visits import begin_visit, choose_stops, save_arrangements, save_person, save_stop
from departments.models import Service, Site, User
from portal.demo.reading import Written, moment

SATURDAY = 5


def plan_visit(assessment: Assessment, told: Written, *, by: User) -> None:
    """The plan as the story has it, and its announcement to the department."""
    written = told["visit"]
    first = working_day(timezone.localdate(), written["working_days_ahead"])
    visit = begin_visit(assessment=assessment, day=first, took_place=False, places=[], by=by)
    save_arrangements(visit=visit, version=visit.version, by=by, arrangements=written["arrangements"], took_place=False)
    stops = [add_stop(visit, stop, first, by=by) for stop in written["stops"]]
    for person in written["people"]:
        add_person(visit, person, stops, by=by)
    choose_elements(visit, written["elements"], stops, by=by)
    announce(visit=visit, by=by, at=moment(told["dates"]["visit_planned"], 11))


def add_stop(visit: Visit, written: Written, first: date, *, by: User) -> VisitStop:
    department = visit.assessment.department
    return save_stop(
        visit=visit,
        day=working_day(first, written["day"]),
        time=time.fromisoformat(written["at"]),
        service=Service.objects.get(department=department, name=written["service"]),
        site=Site.objects.get(trust=department.trust, name=written["site"]),
        purpose=written["purpose"],
        by=by,
    )


def add_person(visit: Visit, written: Written, stops: list[VisitStop], *, by: User) -> None:
    save_person(
        visit=visit,
        level=written["level"],
        post=written["post"],
        name=written.get("name", ""),
        count=written.get("count", 1),
        stop=stops[written["stop"]],
        by=by,
    )


def choose_elements(visit: Visit, written: dict[int, list[str]], stops: list[VisitStop], *, by: User) -> None:
    ids = dict(Element.objects.filter(standard=visit.assessment.standard).values_list("number", "pk"))
    chosen = {ids[number]: stops[place].pk for place, numbers in written.items() for number in numbers}
    now = Visit.objects.get(pk=visit.pk)
    choose_stops(visit=now, version=now.version, by=by, chosen=chosen)


def working_day(start: date, days: int) -> date:
    """So many working days after a day; none: the day itself."""
    while days:
        start += timedelta(days=1)
        days -= start.weekday() < SATURDAY
    return start
