"""What a visit has covered so far, read from the database; and the plain facts that its report prints."""

from typing import Any

from assessments.models import Assessment, StageMove, Statement, Visit
from assessments.visiting import Covered, Level, Met, Place, Seen, cover_visit
from assessments.workflow import Move, Stage


def coverage_of_visit(visit: Visit) -> Covered:
    """What was seen and who was met, and the gaps, in five queries."""
    department = visit.assessment.department
    sites: dict[str, str] = {}
    services = list(department.services.prefetch_related("sites__partner"))
    for service in services:
        site: Any
        for site in service.sites.all():
            sites[site.name] = site.partner.name if site.partner else ""
    seen = visit.stops.filter(seen=Seen.YES).select_related("service", "site__partner")
    stops = [
        Place(
            service=stop.service.name if stop.service else "",
            site=stop.site.name if stop.site else "" if stop.service else stop.place,
            partner=stop.site.partner.name if stop.site and stop.site.partner else "",
        )
        for stop in seen
    ]
    people = visit.people.filter(met=Seen.YES).values_list("level", "post", "count")
    told = Statement.objects.filter(assessment=visit.assessment_id).exclude(tell_me="").order_by("element__position")
    return cover_visit(
        services=[service.name for service in services],
        sites=sites,
        stops=stops,
        met=[Met(*person) for person in people],
        told=told.values_list("element__number", flat=True),
        noted=visit.notes.values_list("element__number", flat=True),
    )


def last_close(assessment: Assessment) -> StageMove | None:
    """When the visit was last closed, by whom, and why with gaps."""
    return StageMove.objects.filter(assessment=assessment, move=Move.CLOSE_VISIT).select_related("by").last()


def why_no_visit(assessment: Assessment) -> str:
    """The reason for which the draft report was begun without a visit; empty when there was one."""
    begun = StageMove.objects.filter(assessment=assessment, move=Move.DRAFT).last()
    return begun.reason if begun and begun.start == Stage.DESK_REVIEW else ""


def facts_of_visit(assessment: Assessment) -> dict[str, Any] | None:
    """The visit as its report prints it, with posts and no names; None when there was none."""
    visit = Visit.objects.select_related("assessment__department").filter(pk=assessment.pk).first()
    closed = last_close(assessment)
    if visit is None or closed is None:
        return None
    covered = coverage_of_visit(visit)
    days = sorted(set(visit.stops.filter(seen=Seen.YES).values_list("day", flat=True)))
    return {
        "days": [day.isoformat() for day in days],
        "services": list(covered.services),
        "sites": list(covered.sites),
        "partners": list(covered.partners),
        "levels": [
            {
                "title": level.label,
                "met": sum(one.count for one in covered.levels[level]),
                "posts": [f"{one.post} ({one.count})" if one.count > 1 else one.post for one in covered.levels[level]],
                "commitment": visit.commitment.get(level.value, ""),
            }
            for level in Level
        ],
        "elements": list(covered.heard),
        "gaps": list(covered.gaps),
        "why_gaps": closed.reason,
    }
