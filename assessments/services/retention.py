"""What rests on files, for the floor below to keep them: evidence of assessments, and until when each is kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Max
from django.utils import timezone

from assessments.models import ActionEvidence, Assessment, CorrectiveAction, EvidenceUse, EvidenceVersion
from files.rules import Use
from files.services.retention import retention_rules


def what_rests_on(*, files: list[int]) -> dict[int, list[Use]]:
    """By the id of each file, the versions of evidence that are made of it, and every assessment that uses one."""
    found: dict[int, list[Use]] = {}
    versions = EvidenceVersion.objects.filter(file__in=files).select_related("evidence__department")
    by_pk = {version.pk: version for version in versions}
    for version, last in last_used(by_pk).items():
        row = by_pk[version]
        until = retention_rules()["never_submitted"].until(max(last, timezone.localdate(row.added_at)))
        words = f"evidence {row.evidence.code} of {row.evidence.department}"
        found.setdefault(row.file_id or 0, []).append(Use(words, "never_submitted", until, submitted=False))
    uses = EvidenceUse.objects.filter(version__in=by_pk).order_by("assessment").distinct()
    pairs = list(uses.values_list("assessment", "version"))
    assessments = Assessment.objects.select_related("department").in_bulk({pk for pk, _ in pairs})
    for pk, version in pairs:
        found[by_pk[version].file_id or 0].append(use_in(assessments[pk], by_pk[version]))
    for action, version in in_actions(by_pk):
        found[by_pk[version].file_id or 0].append(use_in_action(action, by_pk[version]))
    return found


def in_actions(versions: Iterable[int]) -> list[tuple[CorrectiveAction, int]]:
    """Each action with each of these versions that shows it to be done."""
    shown = ActionEvidence.objects.filter(version__in=versions).select_related(
        "action__element", "action__department", "action__assessment"
    )
    return [(one.action, one.version_id) for one in shown.order_by("action")]


def use_in_action(action: CorrectiveAction, version: EvidenceVersion) -> Use:
    """Kept while the action is under way, and then as long as what an award rests on."""
    words = f"evidence {version.evidence.code} for the action on {action.element.number} of {action.department}"
    if action.checked_at is None:
        return Use(words, "decided", None, submitted=True)
    day = timezone.localdate(action.checked_at)
    certified = action.assessment.certified_until if action.assessment else None
    return Use(words, "decided", retention_rules()["decided"].until(max(day, certified or day)), submitted=True)


def use_in(assessment: Assessment, version: EvidenceVersion) -> Use:
    words = f"evidence {version.evidence.code} in “{assessment.title}” of {assessment.department}"
    if assessment.submitted_at is None and not assessment.is_decided:
        return Use(words, "never_submitted", None, submitted=False)
    if assessment.decided_at is None:
        return Use(words, "decided", None, submitted=True)
    ended = assessment.certified_until or timezone.localdate(assessment.decided_at)
    return Use(words, "decided", retention_rules()["decided"].until(ended), submitted=True)


def last_used(versions: dict[int, EvidenceVersion]) -> dict[int, date]:
    """The last day on which each version was put to an element, changed there or taken away: the history knows."""
    history: Any = apps.get_model("assessments", "EvidenceUseEvent")
    rows = history.objects.filter(version__in=versions).values_list("version").annotate(last=Max("pgh_created_at"))
    known = {pk: timezone.localdate(at) for pk, at in rows}
    return {pk: known.get(pk, date.min) for pk in versions}
