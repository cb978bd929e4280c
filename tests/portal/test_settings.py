"""A production portal starts only when it is safe to, and says what is missing; a developer's needs nothing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Every setting that production has to be told. The databases are never asked while Django is set up or checked.
WHOLE = {
    "PORTAL_PRODUCTION": "1",
    "SECRET_KEY": "Zb8-hPq2xT9vLw4nRk7cJm1sYd6fGa3eUo5iBt0HqNzCxVlWpE",
    "DATABASE_URL": "postgres://portal:secret@postgres.example:5432/portal",
    "REDIS_URL": "redis://redis.example:6379/0",
    "ALLOWED_HOSTS": "portal.example.nhs.uk",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example:587",
}
SET_UP = ["-c", "import django; django.setup()"]


def run(*command, **settings):
    """A process of its own, since settings are read once, with this environment and nothing of ours."""
    system = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**system, "DJANGO_SETTINGS_MODULE": "portal.settings", **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


def without(name):
    return {key: value for key, value in WHOLE.items() if key != name}


def refusals(**settings):
    """The lines that say why production does not start."""
    started = run(*SET_UP, **settings)
    assert started.returncode != 0
    assert "This portal will not start in production:" in started.stderr
    return [line for line in started.stderr.splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL"])
@pytest.mark.parametrize("how", ["unset", "empty"])
def test_a_missing_setting_is_named(name, how):
    told = refusals(**without(name)) if how == "unset" else refusals(**{**WHOLE, name: ""})
    assert len(told) == 1
    assert told[0].startswith(f"- {name} is not set: ")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "too-short", "SECRET_KEY is shorter than 50 characters: make a longer one."),
        ("DJANGO_DEBUG", "1", "DJANGO_DEBUG is on: turn it off."),
        ("PORTAL_DEMO", "1", "PORTAL_DEMO is on: demo accounts have a published password; turn it off."),
    ],
)
def test_what_is_unsafe_is_named(name, value, said):
    assert refusals(**{**WHOLE, name: value}) == [f"- {said}"]


def test_everything_that_is_wrong_is_told_at_once():
    told = refusals(PORTAL_PRODUCTION="1", DJANGO_DEBUG="1", PORTAL_DEMO="1")
    named = [line.split()[1] for line in told]
    assert named == [*(name for name in WHOLE if name != "PORTAL_PRODUCTION"), "DJANGO_DEBUG", "PORTAL_DEMO"]


# What Django's own check would like and we do not do, and why.
MEANT = {
    "security.W019": "evidence is shown in a frame beside what is said of it, so pages of ours may be framed by ours",
    "security.W021": "the browsers' preload list is joined by the owner of the whole domain, not by one portal",
}


def test_production_starts_with_everything_set_and_passes_djangos_own_check():
    started = run("manage.py", "check", "--deploy", "--fail-level", "ERROR", **WHOLE)
    assert started.returncode == 0, started.stderr
    assert set(re.findall(r"\(([\w.]+\.[WE]\d+)\)", started.stderr)) == set(MEANT)


def test_production_serves_over_tls_alone_and_keeps_its_cookies_to_it():
    names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"]
    show = f"from portal import settings; print([getattr(settings, name) for name in {names}])"
    assert run("-c", show, **WHOLE).stdout.strip() == str([True] * len(names))


def test_a_developers_machine_needs_no_setting():
    started = run(*SET_UP)
    assert started.returncode == 0, started.stderr


def test_a_demo_runs_outside_production_only_when_asked_for():
    show = "from portal import settings; print(settings.DEMO, settings.DEBUG)"
    assert run("-c", show).stdout.strip() == "False False"
    assert run("-c", show, PORTAL_DEMO="1").stdout.strip() == "True False"
