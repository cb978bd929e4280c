"""Addresses of the ground floor."""

from django.urls import URLPattern

app_name = "departments"

urlpatterns: list[URLPattern] = []
