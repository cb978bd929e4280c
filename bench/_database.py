"""A database of its own for a figure, made before it and removed after it."""

from collections.abc import Callable

from django.db import connection
from django.test import override_settings


def measured(measure: Callable[[], bool], *, urls: str = "portal.urls") -> int:
    """Run a figure on an empty database; 0 when it is within its limit, else 1, for the shell.

    `urls="bench._floor"` adds the empty page that pages are measured against.
    """
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with override_settings(ROOT_URLCONF=urls):
            return 0 if measure() else 1
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
