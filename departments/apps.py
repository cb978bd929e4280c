"""The departments floor as a Django app."""

from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    name = "departments"
