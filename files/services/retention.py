"""How long files are kept: the rules, as data, and what rests on a file, as whoever uses files says."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils.module_loading import import_string

from files.models import File
from files.rules import RetentionRule, Use

RULES_FILE = Path(__file__).resolve().parents[1] / "data" / "retention.yaml"
Holder = Callable[..., dict[int, list[Use]]]


@cache
def retention_rules() -> dict[str, RetentionRule]:
    """Every rule by its code, in the order of the file."""
    rows = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))
    return {row["code"]: RetentionRule(**row) for row in rows}


def what_rests_on(files: Iterable[File]) -> dict[int, list[Use]]:
    """By the id of each file, what uses it. This floor knows no users: FILES_HELD_BY names who is asked."""
    pks = [file.pk for file in files]
    found: dict[int, list[Use]] = {pk: [] for pk in pks}
    for address in settings.FILES_HELD_BY:
        holder: Holder = import_string(address)
        for pk, uses in holder(files=pks).items():
            found[pk] += uses
    return found
