"""Brings in what patients and staff say: files of figures through the services that the pages use, and remarks."""

from django.db.models import Q

from departments.models import Department, Trust, User
from departments.rules import Role
from feedback.models import FeedbackImport, Place
from feedback.rules import ImportState
from feedback.services.importing import confirm_import, import_figures
from feedback.services.places import decide_place
from feedback.services.reading import read_import
from feedback.services.remarks import add_remark
from feedback.services.sending import send_file
from portal.demo.places import keeper_of
from portal.demo.reading import FILES, Written, moment

TRUST = "RKE"


class NotImported(Exception):
    """A file of the story whose figures did not come in as they should."""


def bring_in_feedback(told: Written, people: dict[str, User]) -> None:
    """Each file as its administrator imported it on its day, then what was decided of wards, and the remarks."""
    trust, keeper = Trust.objects.get(ods_code=TRUST), people[keeper_of(TRUST)]
    for written in told["imports"]:
        bring_in(written, trust, by=keeper)
    named = Q(ward__in=told["set_aside"]) | Q(ward="", site_name__in=told["set_aside"])
    for place in Place.objects.undecided().filter(named, trust=trust):
        decide_place(place=place, set_aside=True, by=keeper)
    for written in told["remarks"]:
        add(written, trust)


def bring_in(written: Written, trust: Trust, *, by: User) -> None:
    """One file, without a worker: the demo is whole when it is loaded."""
    with (FILES / written["file"]).open("rb") as file:
        brought = send_file(trust=trust, file=file, name=written["file"], by=by, at=moment(written["sent"], 9, 40))
    read_import(pk=brought.pk)
    confirm_import(brought=brought, by=by, at=moment(written["sent"], 9, 50))
    import_figures(pk=brought.pk)
    brought = FeedbackImport.objects.get(pk=brought.pk)
    if brought.state != ImportState.IMPORTED:
        raise NotImported(f"{brought.name} is {brought.state}: {brought.problem}")


def add(written: Written, trust: Trust) -> None:
    """One remark, in the name of the department's lead."""
    department = Department.objects.get(trust=trust, name=written["department"])
    lead = User.objects.filter(memberships__department=department, memberships__role=Role.LEAD).order_by("pk")[0]
    add_remark(
        department=department,
        kind=written["kind"],
        theme=written["theme"],
        words=written["words"],
        said_on=written["said"],
        by=lead,
        at=moment(written["said"], 16, 20),
    )
