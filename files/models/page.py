"""A page of a file's content: its text, to be searched, and its picture, to be looked at."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from departments.models import Blob
from files.models.words import SEARCH_CONFIG, WithoutWords


class Page(models.Model):
    """A page, a sheet or a slide of a content. Made from the bytes, and made again from them if need be: no history."""

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField(help_text="From 1.")
    label = models.CharField(max_length=200, blank=True, help_text="“Page 4”, “Sheet Waits”, “Slide 3”.")
    text = models.TextField(blank=True)
    picture = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    thumbnail = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    width = models.PositiveIntegerField(default=0, help_text="Of the picture, in pixels.")
    height = models.PositiveIntegerField(default=0, help_text="Of the picture, in pixels.")
    words = models.GeneratedField(
        expression=SearchVector("text", config=SEARCH_CONFIG), output_field=SearchVectorField(), db_persist=True
    )

    objects: models.Manager[Page] = WithoutWords()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["blob", "number"], name="a_content_has_each_page_once")]
        indexes = [GinIndex(fields=["words"], name="pages_by_their_words")]

    def __str__(self) -> str:
        return self.label or f"Page {self.number}"
