"""What an assessment's overview says beside its elements: asked of the database together, in one question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from assessments.improving import TO_DO, ActionState
from assessments.models import Assessment, CorrectiveAction, EvidenceUse, StageMove, Visit
from assessments.workflow import Move
from departments.access import Action, SignedInRequest, may


def beside(request: SignedInRequest, assessment: Assessment) -> dict[str, Any]:
    """What the overview shows besides: `to_do`, its actions in numbers; `has_visit`; why it was `returned` to its
    department; and what it `carries_from`, the title of an earlier assessment whose evidence can be put to this one.

    Whoever reads an assessment may know of all this, but of a visit's plan before its department was told.
    """
    asked: dict[str, Any] = {"to_do": Subquery(actions_in_numbers(assessment))}
    if assessment.assessor_id is not None:
        plans = Visit.objects.filter(pk=OuterRef("pk"))
        plans = plans if may(request.user, Action.READ_OPEN_FINDINGS, assessment) else plans.exclude(announced_at=None)
        asked["has_visit"] = Exists(plans)
    if assessment.takes_statements:
        asked["returned"] = Subquery(last_return())
        if may(request.user, Action.ADD_EVIDENCE, assessment):
            asked["carries_from"] = Subquery(earlier_with_evidence())
    rows: Any = Assessment.objects.filter(pk=assessment.pk).values(**asked)
    found: dict[str, Any] = rows.get()
    if found.get("returned"):
        found["returned"]["at"] = datetime.fromisoformat(found["returned"]["at"])
    return found


def actions_in_numbers(assessment: Assessment) -> Any:
    """An assessment's own actions once decided, else what its department brings along; no row when there are none."""
    rows = CorrectiveAction.objects.filter(department=OuterRef("department"))
    rows = rows.filter(assessment=OuterRef("pk")) if assessment.is_decided else rows.unfinished()
    late = Count("pk", filter=Q(state__in=sorted(TO_DO), due_on__lt=timezone.localdate()))
    to_check = Count("pk", filter=Q(state=ActionState.COMPLETED))
    counted = JSONObject(n=Count("pk"), overdue=late, to_check=to_check)
    return rows.order_by().values("department").annotate(row=counted).values("row")


def last_return() -> Any:
    moves = StageMove.objects.filter(assessment=OuterRef("pk"), move=Move.RETURN).order_by("-at", "-pk")
    return moves.values(row=JSONObject(by="by__name", at="at", reason="reason"))[:1]


def earlier_with_evidence() -> Any:
    """The title of the department's assessment before this one that rests on evidence."""
    rows = Assessment.objects.filter(department=OuterRef("department"), opened_at__lt=OuterRef("opened_at"))
    rows = rows.filter(Exists(EvidenceUse.objects.filter(assessment=OuterRef("pk"))))
    return rows.order_by("-opened_at", "-pk").values("title")[:1]
