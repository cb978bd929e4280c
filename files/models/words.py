"""The words of a row as PostgreSQL keeps them to be searched: written by the database, read by searching alone."""

from functools import reduce
from operator import add
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

# PostgreSQL's text search configuration of this portal: English stems, accents left out (see the first migration).
SEARCH_CONFIG = "portal_english"

Row = TypeVar("Row", bound=models.Model)


class WithoutWords(models.Manager[Row]):
    """Leaves `words` in the database: no page shows them, and they are as long as the text itself."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().defer("words")


def words_of(**weights: str) -> models.GeneratedField:
    """A column with the stems of these fields, each with how much it weighs, from A to D.

    A search vector holds a megabyte at most; the texts of a row are far shorter by their forms.
    """
    vectors: list[Any] = [SearchVector(name, config=SEARCH_CONFIG, weight=weight) for name, weight in weights.items()]
    return models.GeneratedField(expression=reduce(add, vectors), output_field=SearchVectorField(), db_persist=True)
