"""Storing versions of the standard."""

from django.db import connection, transaction

from assessments.models import BandMeaning, Criterion, Element, Standard, SubCriterion
from assessments.services.marked_yaml import Problem
from assessments.services.measure_links import link_measures
from assessments.services.standard_file import WrittenElement, WrittenStandard, WrongStandard


@transaction.atomic
def store_standard(*, written: WrittenStandard, name: str) -> tuple[Standard, bool]:
    """Store this content as the next version of its code, and say whether it was new.

    Content that is stored already, whatever version it is, changes nothing. `name` is the file's, for WrongStandard,
    which is raised when an element says that it was one that the version before does not have.
    """
    with connection.cursor() as cursor:  # two servers that start together must not both store it
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('store_standard'))")
    stored = Standard.objects.filter(source_sha256=written.sha256()).first()
    if stored:
        link_measures(standard=stored)  # one that was stored before measures were linked
        return stored, False
    before = Standard.objects.newest(written.code)
    lineage = _lineage(written, before, name)
    standard = Standard.objects.create(
        code=written.code,
        version=before.version + 1 if before else 1,
        title=written.title,
        owner=written.owner,
        award_rule=written.award_rule,
        coverage_rule=written.coverage_rule,
        cycle=written.cycle,
        source_sha256=written.sha256(),
    )
    _store_parts(standard, written, lineage)
    link_measures(standard=standard)
    return standard, True


def _lineage(written: WrittenStandard, before: Standard | None, name: str) -> dict[str, Element | None]:
    """Each element's predecessor: the one that `was` names, else the one of the same number unless another claims it.

    The first version stored here has nothing before it, so there `was` is history of elsewhere and says nothing.
    """
    if before is None:
        return {}
    earlier = {element.number: element for element in before.elements.all()}
    elements = written.elements()
    lost = [element for element in elements if element.was and element.was not in earlier]
    if lost:
        raise WrongStandard(name, [_no_such_predecessor(element, before) for element in lost])
    claimed = {element.was for element in elements if element.was}
    return {
        element.number: earlier.get(element.number if element.was is None else element.was)
        for element in elements
        if element.was is not None or element.number not in claimed
    }


def _no_such_predecessor(element: WrittenElement, before: Standard) -> Problem:
    message = (
        f"element {element.number} says it was {element.was}, which version {before.version} of {before.code} does"
    )
    return Problem(element.line, f"{message} not have: correct “was”, or leave it empty for a new element.")


def _store_parts(standard: Standard, written: WrittenStandard, lineage: dict[str, Element | None]) -> None:
    criteria: list[Criterion] = []
    subcriteria: list[SubCriterion] = []
    elements: list[Element] = []
    for position, part in enumerate(written.criteria, start=1):
        criterion = Criterion(
            standard=standard, number=part.number, title=part.title, summary=part.summary, position=position
        )
        criteria.append(criterion)
        for sub_position, sub in enumerate(part.subcriteria, start=1):
            subcriterion = SubCriterion(criterion=criterion, number=sub.number, title=sub.title, position=sub_position)
            subcriteria.append(subcriterion)
            for element in sub.elements:
                elements.append(
                    Element(
                        standard=standard,
                        subcriterion=subcriterion,
                        number=element.number,
                        title=element.title,
                        looks_for=element.looks_for,
                        may_be_not_applicable=element.may_be_not_applicable,
                        show_me=element.show_me,
                        position=len(elements) + 1,
                        previous=lineage.get(element.number),
                    )
                )
    Criterion.objects.bulk_create(criteria)
    SubCriterion.objects.bulk_create(subcriteria)
    Element.objects.bulk_create(elements)
    BandMeaning.objects.bulk_create(
        BandMeaning(standard=standard, code=band.code, title=band.title, meaning=band.meaning, position=position)
        for position, band in enumerate(written.bands, start=1)
    )
