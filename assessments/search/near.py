"""What was probably meant: the one thing that a code names, and titles, owners and file names spelt alike."""

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assessments.models import Assessment, Evidence
from assessments.search import prepared
from assessments.search.asked import Asked, number_of_element, number_of_evidence
from assessments.search.results import of_assessment, place
from assessments.search.within import evidence_of, statements_of, versions_of
from departments.models import User

MOST_NAMED = 10
MOST_ALIKE = 5
# Letters of a word that must be the same for it to be the one that was meant, from 0 to 1.
AS_CLOSE_AS = 0.75


def named(user: User, asked: Asked) -> list[dict[str, str]]:
    """What the words name by a code: "ES 12" evidence, "4.3.4" an element in the newest assessments."""
    if number := number_of_evidence(asked.words):
        rows = evidence_of(user, asked).filter(number=number).order_by("-pk")[:MOST_NAMED]
        return [
            link(str(row), place(row.department), reverse("assessments:evidence_detail", args=[row.pk])) for row in rows
        ]
    if element := number_of_element(asked.words):
        found = statements_of(user, replace(asked, element=element)).select_related(
            "element", "assessment__department__trust"
        )
        return [
            link(str(row.element), of_assessment(row.assessment), address_of(row.assessment, element))
            for row in found.order_by("-assessment__opened_at", "-pk")[:MOST_NAMED]
        ]
    return []


def address_of(assessment: Assessment, element: str) -> str:
    return reverse("assessments:element", args=[assessment.pk, element])


def link(title: str, where: str, url: str) -> dict[str, str]:
    return {"title": title, "where": where, "url": url}


def alike(user: User, asked: Asked) -> list[Evidence]:
    """Evidence whose title, owner or file name is spelt almost like the words."""
    keys = [pk for (pk,) in prepared.rows(spelt_alike, user, asked)]
    told = Evidence.objects.filter(pk__in=keys).select_related("department__trust")
    return list(
        told.only("series", "number", "title", "owner", "department__name", "department__trust__name")[:MOST_ALIKE]
    )


def spelt_alike(user: User, asked: Asked) -> QuerySet[Any, Any]:
    seen = evidence_of(user, asked)
    files = versions_of(user, asked).filter(file__name__trigram_word_similar=asked.words)
    arms = [
        first(seen.filter(title__trigram_word_similar=asked.words)),
        first(seen.filter(owner__trigram_word_similar=asked.words)),
        first(seen.filter(pk__in=files.values("evidence"))),
    ]
    return arms[0].union(*arms[1:])


def first(seen: QuerySet[Any]) -> QuerySet[Any, Any]:
    return seen.order_by().values_list("pk")[:MOST_ALIKE]


def meant(asked: Asked, evidence: list[Evidence]) -> str:
    """The words with each that is spelt otherwise in those titles and names put right; empty if none is."""
    spelt = {word.lower(): word for row in evidence for word in re.findall(r"[^\W\d_]{3,}", f"{row.title} {row.owner}")}

    def right(found: re.Match[str]) -> str:
        word = found[0].lower()
        close = [] if word in spelt else get_close_matches(word, spelt, n=1, cutoff=AS_CLOSE_AS)
        return close[0] if close else found[0]

    words = re.sub(r"[^\W\d_]{3,}", right, asked.words)
    return "" if words == asked.words else words
