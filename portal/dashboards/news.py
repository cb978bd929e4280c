"""What is new for somebody: notices that they have not read yet, and what colleagues wrote lately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone

from assessments.models import Statement
from departments.access import rows_to_open
from departments.models import Notice, User
from portal.dashboards import words

MOST = 10
NEWS = timedelta(days=30)  # what nobody read for so long is no news
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class News:
    """A line of what is new, with the page that it is about."""

    title: str
    url: str
    words: str
    when: date


def notices_of(user: User) -> tuple[list[News], int]:
    """The newest unread notices whose pages this person may open now, and the newest one's id (0: there is none)."""
    unread = Notice.objects.visible_to(user).unread().filter(at__gte=timezone.now() - NEWS)
    notices = list(unread[:MOST])
    opened = rows_to_open(user, [notice.path for notice in notices])
    shown = [notice for notice in notices if notice.path in opened]
    lines = [News(notice.subject, notice.path, notice.words, timezone.localdate(notice.at)) for notice in shown]
    return lines, max((notice.pk for notice in shown), default=0)


def written_by_colleagues(user: User, rows: Iterable[Any], today: date) -> list[News]:
    """Statements that others edited within a week, a line for each of them and assessment, in one query if any."""
    own = {row.pk: row for row in rows if row.takes_statements}
    if not own:
        return []
    edited = Statement.objects.filter(assessment__in=own, edited_at__date__gt=today - LATELY).exclude(edited_by=user)
    counted = edited.values("assessment", "edited_by", "edited_by__name").order_by("assessment", "edited_by")
    return [
        News(
            f"{row['edited_by__name']} edited {words.numbered(row['n'], 'statement')}",
            reverse("assessments:detail", args=[row["assessment"]]),
            f"{own[row['assessment']].department.name}, {own[row['assessment']].title}",
            timezone.localdate(row["last"]),
        )
        for row in counted.annotate(n=Count("pk"), last=Max("edited_at"))
    ]
