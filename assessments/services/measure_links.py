"""Which measures and themes speak of what in a version of the standard.

They come from the file beside the standard or from the version before, and are then changed on screen. Whatever changes
a link asks for the gaps that rest on it to be worked out again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Element, MeasureLink, Reworking, Standard, SubCriterion
from assessments.models.gaps import LEVEL_FIELDS
from assessments.services.refusals import Refused, SavedByAColleague
from departments.models import User
from departments.services.jobs import enqueue

BUNDLED_LINKS = Path(__file__).resolve().parents[1] / "data" / "measure_links.yaml"
TWICE = "It is linked to this already. Change that link instead."


@transaction.atomic
def link_measures(*, standard: Standard) -> int:
    """Give a version that was never linked its links, and say how many: those of the version before it, by lineage,
    else those of the file that comes with its code."""
    if standard.measure_links.exists() or standard.reworkings.exists():
        return 0
    before = Standard.objects.filter(code=standard.code, version__lt=standard.version).order_by("-version").first()
    carried = _carried(standard, before) if before else []
    rows = carried or _written(standard)
    MeasureLink.objects.bulk_create(rows)
    return len(rows)


def _carried(standard: Standard, before: Standard) -> list[MeasureLink]:
    """The links of the version before. What they spoke of and is there no more takes its links with it."""
    subcriteria = {one.number: one for one in _subcriteria(standard)}
    follows = {one.previous_id: one for one in standard.elements.filter(previous__isnull=False).order_by("-position")}
    rows = []
    for link in before.measure_links.in_order():
        element = follows.get(link.element_id) if link.element_id else None
        subcriterion = element.subcriterion if element else subcriteria.get(link.subcriterion.number)
        if subcriterion is not None and (element is not None or link.element_id is None):
            said = {name: getattr(link, name) for name in ("measure", "theme", *LEVEL_FIELDS)}
            rows.append(_link(standard, subcriterion, element, **said))
    return rows


def _written(standard: Standard) -> list[MeasureLink]:
    """The links of the file beside the standard's own, where it is of this code."""
    written = yaml.safe_load(BUNDLED_LINKS.read_text(encoding="utf-8"))
    if written["standard"] != standard.code:
        return []
    subcriteria = {one.number: one for one in _subcriteria(standard)}
    elements = {one.number: one for one in standard.elements.select_related("subcriterion")}
    rows = []
    for one in written["links"]:
        element = elements.get(one["of"])
        subcriterion = element.subcriterion if element else subcriteria.get(one["of"])
        if subcriterion is not None:
            levels = dict(zip(LEVEL_FIELDS, one.get("levels", ()), strict=False))
            code = {name: one[name] for name in ("measure", "theme") if name in one}
            rows.append(_link(standard, subcriterion, element, **code, **levels))
    return rows


def _subcriteria(standard: Standard) -> list[SubCriterion]:
    return list(SubCriterion.objects.filter(criterion__standard=standard))


def _link(standard: Standard, subcriterion: SubCriterion, element: Element | None, **said: Any) -> MeasureLink:
    return MeasureLink(standard=standard, subcriterion=subcriterion, element=element, edited_at=timezone.now(), **said)


@transaction.atomic
def add_link(
    *, standard: Standard, subcriterion: SubCriterion, element: Element | None, by: User, **said: Any
) -> MeasureLink:
    """`said` is `measure` or `theme`, a code, and the three levels if a measure is to be compared."""
    link = _link(standard, subcriterion, element, edited_by=by, **said)
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError as error:
        raise Refused(TWICE, field="of") from error
    _ask_again(standard, by)
    return link


@transaction.atomic
def change_levels(*, link: MeasureLink, version: int, by: User, **levels: int | None) -> MeasureLink:
    """Say from which scores a measure speaks for each band, or that it is not compared. SavedByAColleague when the page
    was stale, unless the colleague saved the same."""
    row = _held(link)
    if all(getattr(row, name) == value for name, value in levels.items()):
        return row
    if row.version != version:
        raise SavedByAColleague(row)
    for name, value in levels.items():
        setattr(row, name, value)
    row.version += 1
    row.edited_by, row.edited_at = by, timezone.now()
    row.save()
    _ask_again(row.standard, by)
    return row


@transaction.atomic
def remove_link(*, link: MeasureLink, version: int, by: User) -> None:
    """Take a link away. A colleague who took it away first has done what was wanted."""
    row = MeasureLink.objects.select_for_update(of=("self",)).select_related("standard").filter(pk=link.pk).first()
    if row is None:
        return
    if row.version != version:
        raise SavedByAColleague(row)
    row.delete()
    _ask_again(row.standard, by)


def _held(link: MeasureLink) -> MeasureLink:
    rows: Any = MeasureLink.objects.select_for_update(of=("self",)).select_related("standard", "edited_by")
    row: MeasureLink | None = rows.filter(pk=link.pk).first()
    if row is None:
        raise Refused("A colleague has taken this link away. Add it again if it belongs here.")
    return row


def _ask_again(standard: Standard, by: User) -> None:
    """A job row, worked on once this is committed; the sweep takes up what was left behind."""
    job = Reworking.objects.create(standard=standard, asked_by=by, asked_at=timezone.now())
    enqueue("assessments.tasks.work_out_gaps", job.pk)
