"""Loading the national reference data: NHS trusts and treatment functions, from CSV files checked line by line."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction

from departments.models import TreatmentFunction, Trust

TRUST_COLUMNS = ["ods_code", "name", "type", "region", "town", "postcode", "icb_code", "icb_name"]
FUNCTION_COLUMNS = ["code", "name", "short_name"]

Row = TypeVar("Row", bound=models.Model)


class WrongReference(Exception):
    """A file that cannot be loaded; its words name every wrong line."""


class Loaded(NamedTuple):
    """What loading a file came to, in rows."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def load_trusts(*, file: Path) -> Loaded:
    """Add trusts that are new and correct those that changed, by ODS code. None is removed: departments hang on it."""
    return load_rows(Trust, "ods_code", read_rows(file, TRUST_COLUMNS, _trust))


@transaction.atomic
def load_treatment_functions(*, file: Path) -> Loaded:
    """Add treatment functions that are new and correct those that changed, by code. None is removed."""
    return load_rows(TreatmentFunction, "code", read_rows(file, FUNCTION_COLUMNS, _treatment_function))


def read_rows(file: Path, columns: list[str], make: Callable[[dict[str, str]], Row]) -> list[Row]:
    """The file's lines as checked rows, not stored yet. Raises WrongReference naming every line that is wrong."""
    wrong: list[str] = []
    first_line: dict[str, int] = {}
    rows: list[Row] = []
    for number, words in _lines(file, columns):
        try:
            row = make(words)
        except ValidationError as error:
            wrong += [f"{file.name}, line {number}: {message}" for message in error.messages]
            continue
        key = words[columns[0]]
        if key in first_line:
            wrong.append(f"{file.name}, line {number}: {columns[0]} {key} stands on line {first_line[key]} already.")
        first_line.setdefault(key, number)
        rows.append(row)
    if wrong:
        raise WrongReference("\n".join(wrong))
    if not rows:
        raise WrongReference(f"{file.name} holds no rows below its header.")
    return rows


def _lines(file: Path, columns: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each record with the number of its first line; further columns are passed over."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, strict=True)
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise WrongReference(f"{file.name}, line 1: the header lacks {', '.join(missing)}.")
            line = reader.line_num + 1
            for record in reader:
                if None in record or None in record.values():
                    raise WrongReference(f"{file.name}, line {line}: there are not as many cells as the header has.")
                yield line, {name: record[name].strip() for name in columns}
                line = reader.line_num + 1
    except FileNotFoundError as error:
        raise WrongReference(f"{file} does not exist.") from error
    except UnicodeDecodeError as error:
        raise WrongReference(f"{file.name} is not written in UTF-8: {error}.") from error
    except csv.Error as error:
        raise WrongReference(f"{file.name} is not CSV: {error}.") from error


def _trust(words: dict[str, str]) -> Trust:
    _require(words, "ods_code", r"[A-Z0-9]{3,6}", "three to six capital letters and digits")
    _require(words, "type", r"[a-z]+(_[a-z]+)*", "words in small letters, joined by underscores")
    trust = Trust(**words)
    trust.clean_fields(exclude=["body"])
    return trust


def _treatment_function(words: dict[str, str]) -> TreatmentFunction:
    _require(words, "code", r"[0-9]{3}", "three digits")
    function = TreatmentFunction(**words)
    function.clean_fields()
    return function


def _require(words: dict[str, str], column: str, pattern: str, meaning: str) -> None:
    if not re.fullmatch(pattern, words[column]):
        raise ValidationError(f"{column} is “{words[column]}”; it must be {meaning}.")


def load_rows(model: type[Row], key: str, rows: list[Row]) -> Loaded:
    """Insert or update by key, touching only what differs."""
    with connection.cursor() as cursor:  # two servers that start together must not both add a row
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_reference'))")
    told = [field.attname for field in model._meta.concrete_fields if not field.primary_key or field.name == key]
    told = [name for name in told if name != "body_id"]
    stored: dict[Any, Row] = {getattr(row, key): row for row in model._default_manager.select_for_update()}
    new = [row for row in rows if getattr(row, key) not in stored]
    changed = []
    for row in rows:
        before = stored.get(getattr(row, key))
        if before is not None and any(getattr(before, name) != getattr(row, name) for name in told):
            for name in told:
                setattr(before, name, getattr(row, name))
            changed.append(before)
    model._default_manager.bulk_create(new)
    if changed:
        model._default_manager.bulk_update(changed, [name for name in told if name != key])
    return Loaded(len(new), len(changed), len(rows) - len(new) - len(changed))
