"""The feedback floor as a Django app."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"
