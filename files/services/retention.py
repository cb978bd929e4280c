"""How long files are kept: the rules, as data."""

from functools import cache
from pathlib import Path

import yaml

from files.rules import RetentionRule

RULES_FILE = Path(__file__).resolve().parents[1] / "data" / "retention.yaml"


@cache
def retention_rules() -> dict[str, RetentionRule]:
    """Every rule by its code, in the order of the file."""
    rows = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))
    return {row["code"]: RetentionRule(**row) for row in rows}
