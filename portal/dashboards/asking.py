"""Several things that wait, asked of the database together: one question, whatever somebody's roles are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from departments.models import User
from portal.dashboards.asked import Asked

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Ask:
    """`finds` gives the rows to look for, as `as_rows` makes them, or None for who is never asked for this; `says` puts
    the rows that were found into words. Days and times among them are ISO texts, as JSON has them."""

    finds: Callable[[User, date], QuerySet[Any, Any] | None]
    says: Callable[[User, Rows, date], Iterable[Asked]]


def as_rows(rows: QuerySet[Any, Any], *names: str) -> QuerySet[Any, Any]:
    """These fields and annotations of each row, as one JSON value."""
    return rows.values(row=JSONObject(**{name: name for name in names}))


def asked_together(asks: Iterable[Ask], user: User, today: date) -> Iterator[Asked]:
    """Everything that these ask, in one query; in none for who is asked for nothing."""
    wanted = [(ask, rows) for ask in asks if (rows := ask.finds(user, today)) is not None]
    if not wanted:
        return
    asked: Any = User.objects.filter(pk=user.pk)
    columns = {f"ask_{place}": ArraySubquery(rows) for place, (_, rows) in enumerate(wanted)}
    found = asked.values_list(*columns.values()).get()
    for (ask, _), rows in zip(wanted, found, strict=True):
        yield from ask.says(user, rows, today)
