"""Carries the corrective actions of Cardiology's decision as far as the story has them."""

from assessments.models import CorrectiveAction, Evidence
from assessments.services.actions import check_action, complete_action, plan_action, say_what_is_done
from departments.models import User
from portal.demo.reading import Written, moment

LEAD, CHECKER = "lead@demo.example", "assessor@demo.example"


def carry_out_actions(told: list[Written], people: dict[str, User]) -> None:
    """Plan each action; complete and check those that the story has come so far with."""
    actions = CorrectiveAction.objects.filter(department__trust__ods_code="RKE", department__name="Cardiology")
    by = people[LEAD]
    for written in told:
        action = plan_action(
            action=actions.get(element__number=written["element"]),
            version=0,
            owner=people[written["owner"]] if "owner" in written else None,
            owner_post=written.get("owner_post", ""),
            due_on=written["due"],
            plan=written["plan"],
            by=by,
            at=moment(written["planned"], 11, 30),
        )
        if "completed" in written:
            complete(action, written, by=by)
        if "checked" in written:
            check_action(action=action, by=people[CHECKER], at=moment(written["checked"], 16))


def complete(action: CorrectiveAction, written: Written, *, by: User) -> None:
    at = moment(written["completed"], 14, 15)
    pieces = Evidence.objects.filter(department=action.department)
    shown = [piece for piece in pieces if piece.code in written["evidence"]]
    say_what_is_done(action=action, version=action.version, done=written["done"], evidence=shown, by=by, at=at)
    complete_action(action=action, by=by, at=at)
