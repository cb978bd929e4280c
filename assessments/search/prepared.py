"""Queries built once for somebody's roles and filters, as building takes longer than answering: words come in later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from assessments.search.asked import Asked
from departments.models import Held, User

# Stands for the words while a query is built; nobody can type it, as it is no character.
WORDS = "\ue000words\uffff"
MOST_KEPT = 256

Build = Callable[[User, Asked], "QuerySet[Any, Any]"]


@dataclass(frozen=True)
class Who:
    """All of a person that the walls ask about: whoever gains or loses a role is somebody else here."""

    pk: int
    held: frozenset[Held]
    must_be_scanned: bool
    user: User = field(compare=False, repr=False)


def rows(build: Build, user: User, asked: Asked) -> list[tuple[Any, ...]]:
    """The rows of the query that `build` makes for this person, asked with these words."""
    who = Who(user.pk, frozenset(user.held), settings.EVIDENCE_MUST_BE_SCANNED, user)
    query = prepared(build, who, asked.with_words(WORDS))
    if query is None:
        return []
    sql, params = query
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked.words if value == WORDS else value for value in params])
        return list(cursor.fetchall())


@lru_cache(maxsize=MOST_KEPT)
def prepared(build: Build, who: Who, asked: Asked) -> tuple[str, tuple[Any, ...]] | None:
    """SQL and what fills it; None for who can see nothing of it."""
    try:
        sql, params = build(who.user, asked).query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return None
    return sql, tuple(params)
