"""An action made of a gap: where a department rates an element higher than its patients do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from assessments.gap import Difference, compare, sentence, together
from assessments.hearing import Question
from assessments.improving import ActionKind
from assessments.models import Assessment, CorrectiveAction, Element, Gap, MeasureLink, Statement
from assessments.services.actions import make_action
from assessments.services.gaps import work_out
from assessments.services.patients_view import links_of, of_patients, of_staff, questions_of
from assessments.services.refusals import Refused
from departments.models import User

# What can be put right: where patients, or some of them, rate lower than the department does.
GAPS = frozenset({Difference.OWN_HIGHER, Difference.MIXED})


@dataclass(frozen=True)
class ElementView:
    """What is said of one element: by itself or as part of its sub-criterion, beside the department's band."""

    band: str
    links: list[MeasureLink]
    patients: list[Question]
    staff: list[Question]
    differences: list[Difference]

    @property
    def difference(self) -> Difference:
        return together(self.differences)

    @property
    def themes(self) -> list[str]:
        return [link.theme for link in self.links if link.theme]

    @property
    def whole_trust(self) -> bool:
        return bool(self.patients) and all(one.whole_trust for one in self.patients)


def element_view(assessment: Assessment, element: Element) -> ElementView:
    """Four queries: the links, the measures, the readings, the department's band."""
    links = [one for one in links_of(assessment.standard_id) if speaks_of(one, element)]
    here = questions_of(assessment.department, links).get(element.subcriterion_id, [])
    bands = Statement.objects.filter(assessment=assessment, element=element).values_list("band", flat=True)
    band = bands.first() or ""
    patients = of_patients(here)
    differences = [compare(band, one.figure, one.levels) for one in patients]
    return ElementView(band, links, patients, of_staff(here), differences)


def speaks_of(link: MeasureLink, element: Element) -> bool:
    return link.subcriterion_id == element.subcriterion_id and link.element_id in (None, element.pk)


@transaction.atomic
def action_of_gap(*, assessment: Assessment, element: Element, by: User) -> CorrectiveAction:
    """Make an action of what patients say of an element; the one that was made already, if there is one."""
    gap = _held(assessment, element)
    if (there := CorrectiveAction.objects.filter(gap=gap, element=element).first()) is not None:
        return there
    view = element_view(assessment, element)
    if view.difference not in GAPS:
        raise Refused("You do not rate this element higher than your patients do, so there is no gap to close.")
    return make_action(
        department=assessment.department, element=element, gap=gap, improvement=in_words(view, element),
        kind=ActionKind.IMPROVEMENT, by=by,
    )  # fmt: skip


def _held(assessment: Assessment, element: Element) -> Gap:
    """The gap's row, held, so that of two at once one sees the other's action."""
    rows = Gap.objects.select_for_update().filter(assessment=assessment, subcriterion=element.subcriterion_id)
    gap = rows.first()
    if gap is None:
        work_out(assessment=assessment)
        gap = rows.get()
    return gap


def in_words(view: ElementView, element: Element) -> str:
    """The gap's own words, so that whoever meets the action later knows what it rests on."""
    said = sentence(view.difference, ours=True, whole_trust=view.whole_trust)
    lines = [f"{said}: {element}."]
    for question, difference in zip(view.patients, view.differences, strict=True):
        figure = question.figure
        if difference == Difference.OWN_HIGHER and figure.score is not None and figure.low is not None:
            lines.append(
                f"{question.title}: {figure.score:.0f} of 100, between {figure.low:.0f} and {figure.high:.0f} "
                f"({figure.responses} answers, {question.starts_on:%B %Y} to {question.ends_on:%B %Y})."
            )
    return "\n".join(lines)
