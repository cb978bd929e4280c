"""The demo's story as it is written: YAML in, plain dictionaries out, each assessment with its evidence beside it."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

HERE = Path(__file__).resolve().parent
STORY = HERE / "story"
FILES = STORY / "files"
NOT_ASSESSMENTS = {"organisations", "people", "afterwards", "feedback"}
LONDON = ZoneInfo("Europe/London")

Written = dict[str, Any]


def accounts() -> Written:
    """The people whom anybody may sign in as, by e-mail address."""
    return read(STORY / "people.yaml")


def colleagues() -> Written:
    """People who act in the story and cannot sign in, by e-mail address."""
    return read(HERE / "colleagues.yaml")


def organisations() -> Written:
    return read(STORY / "organisations.yaml")


def afterwards() -> Written:
    """What followed a decision: actions and good practice."""
    return read(STORY / "afterwards.yaml")


def feedback() -> Written:
    """What patients and staff said: files of figures, and remarks."""
    return read(STORY / "feedback.yaml")


def assessments() -> list[Written]:
    """Every assessment of the story, the first opened first.

    One is a file, or a folder with `assessment.yaml` and its elements in further files. `register` is its evidence:
    what it lists itself, or `NAME_evidence.yaml` beside a folder `NAME_…`.
    """
    written = [read_folder(folder) for folder in sorted(STORY.iterdir()) if (folder / "assessment.yaml").is_file()]
    for file in sorted(STORY.glob("*.yaml")):
        if file.stem not in NOT_ASSESSMENTS and not file.stem.endswith("_evidence"):
            told = read(file)
            written.append({**told, "register": told.get("new_evidence", [])})
    return sorted(written, key=lambda told: told["dates"]["opened"])


def read_folder(folder: Path) -> Written:
    told = read(folder / "assessment.yaml")
    elements: Written = {}
    for file in sorted(folder.glob("*.yaml")):
        elements |= read(file).get("elements", {})
    register = read(STORY / f"{folder.name.split('_')[0]}_evidence.yaml")["evidence"]
    return {**told, "elements": elements, "register": register}


def read(file: Path) -> Written:
    told: Written = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return told


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of day in London."""
    return datetime.combine(day, time(hour, minute), LONDON)
