"""What the floors above are told and asked of files. This floor does not know them: settings name their functions."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from departments.models import Department
from files.models import File
from files.rules import Use


def tell_who_counts(file: File) -> None:
    """A file's check or reading has ended, or it was destroyed: FILES_TELL names who counts again, at once."""
    for call in named(settings.FILES_TELL):
        call(file=file)


def refuse_unless_wanted(department: Department) -> None:
    """Raise Refused when nothing that a department sends now could be used: FILES_ASK names who knows."""
    for call in named(settings.FILES_ASK):
        call(department=department)


def what_rests_on(files: Iterable[File]) -> dict[int, list[Use]]:
    """By the id of each file, what uses it: FILES_HELD_BY names who is asked."""
    pks = [file.pk for file in files]
    found: dict[int, list[Use]] = {pk: [] for pk in pks}
    for call in named(settings.FILES_HELD_BY):
        for pk, uses in call(files=pks).items():
            found[pk] += uses
    return found


def named(addresses: list[str]) -> list[Callable[..., Any]]:
    return [import_string(address) for address in addresses]
