"""Who reads a department's figures from outside its trust. The floor above knows; a setting names its functions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from departments.models import Department, User
from departments.rules import BODY_ROLES


def reviewed_by(user: User) -> models.QuerySet[Department] | None:
    """The departments whose submitted assessments somebody may read; None for who is of no certification body."""
    if not user.bodies_as(*BODY_ROLES):
        return None
    rows: models.QuerySet[Department] = import_string(settings.FEEDBACK_REVIEWED)(user=user)
    return rows


def reviewers_of(**departments: Any) -> frozenset[int]:
    """The ids of those who assess any of the departments that these conditions find."""
    found: frozenset[int] = import_string(settings.FEEDBACK_REVIEWERS)(**departments)
    return found
