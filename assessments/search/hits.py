"""What the words are found in: every kind of row in one query, ranked, each as its key alone."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, F, Func, OuterRef, QuerySet, Subquery, Value

from assessments.models import Assessment
from assessments.search import prepared
from assessments.search.asked import Asked, Kind
from assessments.search.within import evidence_of, findings_of, statements_of, uses_of, versions_of
from departments.models import User
from departments.rules import Role
from files.models import Page
from files.models.words import SEARCH_CONFIG

# Of each kind no more are counted or ranked: nobody reads further, and a common word costs no more than a rare one.
MOST_OF_A_KIND = 100
# How much a word counts at the weights D, C, B and A: text inside files, notes, what people wrote, titles.
WEIGHTS = [0.1, 0.2, 0.4, 1.0]
BY_LENGTH = Value(1)


@dataclass(frozen=True)
class Hit:
    """A row that holds the words."""

    kind: str
    pk: int
    rank: float


class Query(SearchQuery):
    """The words as people write them ("a phrase", or, -without); a complaint is also found by whoever complains.

    The stemmer tells these two apart, and here few words matter more.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words, config=SEARCH_CONFIG, search_type="websearch")

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(*args, **kwargs)
        for stem in ("complaint", "complain"):
            sql = f"ts_rewrite({sql}, '{stem}'::tsquery, 'complaint | complain'::tsquery)"
        return sql, params


def find(user: User, asked: Asked) -> list[Hit]:
    """Whatever holds the words, best first; at most MOST_OF_A_KIND and one of each kind."""
    best: dict[tuple[str, int], float] = {}
    for kind, pk, rank in prepared.rows(every_kind, user, asked):
        best[kind, pk] = max(rank, best.get((kind, pk), 0.0))
    return sorted((Hit(*key, rank) for key, rank in best.items()), key=lambda hit: (-hit.rank, hit.kind, -hit.pk))


def every_kind(user: User, asked: Asked) -> QuerySet[Any, Any]:
    """One query of all that holds the words: kind, key and rank."""
    query = Query(asked.words)
    arms = [
        ranked(Kind.EVIDENCE, evidence_of(user, asked), query),
        # What it is said to show for an element finds evidence, too.
        ranked(Kind.EVIDENCE, uses_of(user, asked), query, key="evidence_id"),
        ranked(Kind.PAGES, pages_of(user, asked), query),
        ranked(Kind.STATEMENTS, in_reach(user, statements_of(user, asked)), query),
        ranked(Kind.FINDINGS, in_reach(user, findings_of(user, asked)), query),
    ]
    return arms[0].union(*arms[1:], all=True)


def ranked(kind: Kind, seen: QuerySet[Any], query: SearchQuery, key: str = "pk") -> QuerySet[Any, Any]:
    """The first of these rows that hold the words, with how well they do. Not in order: only these few are ranked."""
    rank = SearchRank(F("words"), query, weights=WEIGHTS, normalization=BY_LENGTH, cover_density=True)
    held: Any = seen.filter(words=query).order_by()
    found: QuerySet[Any, Any] = held.annotate(kind=Value(kind.value), key=F(key), rank=rank)
    return found.values_list("kind", "key", "rank")[: MOST_OF_A_KIND + 1]


def in_reach(user: User, seen: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows, said once more: PostgreSQL then begins with one's own assessments, not with others' words."""
    if not user.bodies_as(Role.CERTIFIER):
        return seen
    keys = ArraySubquery(Assessment.objects.visible_to(user).order_by().values("pk"))
    one_of = Func(
        F("assessment_id"), keys, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )
    return seen.filter(one_of)


def pages_of(user: User, asked: Asked) -> QuerySet[Page]:
    """The pages in which somebody may look.

    Most people see few files: those are known first, and only their pages are read. Whoever sees most of them begins
    with the pages that hold the words, and looks up for each whether it may be seen, until there are enough.
    """
    versions = versions_of(user, asked)
    if user.bodies_as(Role.CERTIFIER) and not asked.is_of_few:
        seen = versions.filter(file__blob=OuterRef("blob")).order_by().values("pk")[:1]
        return Page.objects.alias(seen=Subquery(seen)).filter(seen__isnull=False)
    return Page.objects.filter(blob__in=versions.order_by().values("file__blob"))


def counts(hits: list[Hit]) -> dict[str, int]:
    """How many there are of each kind."""
    return dict(Counter(hit.kind for hit in hits))
