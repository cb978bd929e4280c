"""What somebody said, entered by hand: compliments, comments, themes of complaints. No patient is named in any."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from departments.models import Department, Scope, User
from departments.models.history import remembered
from departments.rules import Role
from feedback.models.reviewing import reviewed_by
from feedback.rules import RemarkKind
from feedback.themes import theme_choices, themes


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, user: User) -> RemarkQuerySet:
        """One's department's and one's trust's; those of departments whose submitted assessments one reads."""
        theirs = Q(department_id__in=user.departments_as(Role.LEAD, Role.CONTRIBUTOR))
        theirs |= Q(department__trust_id__in=user.trusts_as(Role.EXECUTIVE, Role.ADMINISTRATOR))
        reviewed = reviewed_by(user)
        if reviewed is not None:
            theirs |= Q(department__in=reviewed.values("pk"))
        return self.select_related("department__trust", "added_by").filter(theirs)


@remembered(exclude=["words"])  # what named a patient after all is gone once it is removed
class Remark(models.Model):
    """One compliment, comment or theme of a complaint, in words that name nobody."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="remarks")
    kind = models.CharField("what it is", max_length=10, choices=RemarkKind)
    theme = models.CharField("what it is about", max_length=40, choices=theme_choices)
    words = models.TextField()
    said_on = models.DateField("when it was said")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["-said_on", "-pk"]
        indexes = [models.Index(fields=["department", "theme", "said_on"], name="remarks_by_theme")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.said_on:%Y-%m-%d}"

    def scope(self) -> Scope:
        return self.department.scope()

    @property
    def theme_title(self) -> str:
        return themes()[self.theme].title
