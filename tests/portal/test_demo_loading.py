"""Where the demo may be loaded, and what happens when it cannot be."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from departments.models import Department, User


def said(name: str, *words: str) -> str:
    out = StringIO()
    call_command(name, *words, stdout=out, stderr=out)
    return out.getvalue()


def test_outside_demo_mode_it_is_refused_and_nothing_is_loaded(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not in demo mode"):
        call_command("load_demo")
    assert "demo" not in said("prepare")
    assert not User.objects.exists()


def test_without_reference_data_it_says_what_to_run(db, settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="load_reference"):
        call_command("load_demo")


def test_when_anything_fails_nothing_is_left(db, settings):
    settings.DEMO = True
    call_command("load_reference", stdout=StringIO())
    with pytest.raises(CommandError, match="No standard is loaded"):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not Department.objects.exists()
