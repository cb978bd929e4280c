"""Says how departments of the story stand to their trust's corporate assessment."""

from datetime import timedelta

from assessments.models import Assessment, Statement
from assessments.services.corporate import corporate_view, take_stance
from departments.models import User
from portal.demo.reading import Written, moment

TIME_TO_CHOOSE = timedelta(days=20)  # from opening to the day on which the department reads the corporate words


def take_stances(assessment: Assessment, told: Written, *, by: User) -> None:
    """The stance that the story names at an element: inherited, overridden or contradicted, with the reason."""
    at = moment(told["dates"]["opened"] + TIME_TO_CHOOSE, 15, 20)
    for statement in Statement.objects.filter(assessment=assessment).in_order():
        words = told["elements"].get(statement.element.number, {})
        if "stance" not in words:
            continue
        corporate = corporate_view(assessment, statement.element)
        if corporate is None:
            raise ValueError(f"{told['title']} rests on a corporate assessment, which the story has not opened yet.")
        take_stance(
            assessment=assessment, element=statement.element, stance=words["stance"],
            note=words.get("stance_note", ""), version=0, corporate_version=corporate.statement.version, by=by, at=at,
        )  # fmt: skip
