"""What remarks are about: the themes of `data/themes.yaml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parent / "data" / "themes.yaml"


@dataclass(frozen=True)
class Theme:
    """One theme: `hint` says what belongs to it."""

    code: str
    title: str
    hint: str


@cache
def themes() -> dict[str, Theme]:
    """Every theme by its code, in the order in which people choose."""
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {one["code"]: Theme(**one) for one in written}


def theme_choices() -> list[tuple[str, str]]:
    return [(theme.code, theme.title) for theme in themes().values()]
