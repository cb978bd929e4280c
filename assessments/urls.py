"""Addresses of assessments and their evidence."""

from django.urls import URLPattern

app_name = "assessments"

urlpatterns: list[URLPattern] = []
