"""Try a spreadsheet of bands against the award rule: `manage.py verdict RATINGS.csv`, the verdict as JSON."""

import csv
import io
import json
import re
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.models import Standard
from assessments.rules import AwardRule, Band, WrongRating, check_rating, decide_award
from assessments.services.standard_file import BUNDLED_STANDARD, WrongStandard, read_standard


def find_standard(wanted: str) -> tuple[AwardRule, dict[str, str]]:
    """The rule, and what its bands may be called, of a YAML file or of a stored code's newest version."""
    path = Path(wanted)
    if path.exists() or path.suffix in (".yaml", ".yml"):
        written = read_standard(path)
        return written.rule(), _band_names((band.title, band.code) for band in written.bands)
    standard = Standard.objects.newest(wanted)
    if standard is None:
        raise CommandError(f"“{wanted}” is neither a file nor the code of a stored standard.")
    return standard.rule(), _band_names(standard.bands.values_list("title", "code"))


def read_ratings(path: Path, rule: AwardRule, bands: dict[str, str]) -> tuple[dict[str, str | None], list[str]]:
    """Element number → band code or None, and every problem with its line."""
    ratings: dict[str, str | None] = {}
    lines: dict[str, int] = {}
    problems: list[str] = []
    for line, element, name in _rows(path):
        band = bands.get(_simply(name)) if name else None
        if not element:
            problems.append(f"{path}, line {line}: there is no element number.")
        elif element in ratings:
            problems.append(f"{path}, line {line}: element {element} is already on line {lines[element]}.")
        else:
            ratings[element], lines[element] = band, line
            try:
                check_rating(rule, element, band or name)
            except WrongRating as error:
                problems.append(f"{path}, line {line}: {error}")
    return ratings, problems


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, element and band of each row that is not blank; other columns are left alone."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    columns: list[str] = []
    while True:
        line = reader.line_num + 1  # where the row begins: a quoted note may go on over several lines
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as error:
            raise CommandError(f"{path}, line {line}: this is not a CSV file ({error}).") from error
        if not any(row):
            continue
        if not columns:
            columns = [cell.lower() for cell in row]
            for column in ("element", "band"):
                if columns.count(column) != 1:
                    number = "no column" if column not in columns else "more than one column"
                    raise CommandError(
                        f"{path}, line {line}: there is {number} “{column}”. The first line must name it once."
                    )
        else:
            row += [""] * (len(columns) - len(row))
            yield line, row[columns.index("element")], row[columns.index("band")]
    if not columns:
        raise CommandError(f"{path}: the file is empty. Its first line must be “element,band”.")


def _text(path: Path) -> str:
    """Excel on Windows writes its own code page, which matters only to the columns that are left alone."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror}).") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _band_names(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What somebody may write for a band: its code, its usual title, or its title in this version."""
    usual = {_simply(band.label): band.value for band in Band}
    here = {_simply(title): code for title, code in titles}
    return usual | here | {_simply(code): code for code in Band.values}


def _simply(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.strip().casefold())


class Command(BaseCommand):
    help = "Print the verdict on a CSV file of ratings (columns element,band) as JSON; an empty band is not yet rated."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ratings", type=Path, help="CSV file with the columns element and band")
        parser.add_argument(
            "--standard",
            default=str(BUNDLED_STANDARD),
            metavar="FILE_OR_CODE",
            help="a YAML file, or the code of a stored standard; without it the bundled file, which needs no database",
        )

    def handle(self, *, ratings: Path, standard: str, **options: Any) -> None:
        try:
            rule, bands = find_standard(standard)
        except WrongStandard as error:
            raise CommandError(f"the standard cannot be used, because of this:\n{error}") from error
        rated, problems = read_ratings(ratings, rule, bands)
        if problems:
            raise CommandError("no verdict, because of this:\n" + "\n".join(problems))
        verdict = decide_award(rule, rated)
        answer = {
            "outcome": verdict.outcome.value,
            "sentence": verdict.sentence,
            "reasons": verdict.reasons,
            "headroom": verdict.headroom,
        }
        self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
