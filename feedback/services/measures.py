"""Loading the national measures from their YAML file."""

from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from departments.services.reference import Loaded, WrongReference, load_rows
from feedback.models import Measure

BUNDLED_MEASURES = Path(__file__).resolve().parents[1] / "data" / "measures.yaml"


@transaction.atomic
def load_measures(*, file: Path = BUNDLED_MEASURES) -> Loaded:
    """Add measures that are new and correct those that changed, by code, in the order of the file. None is removed:
    figures hang on it. Raises WrongReference."""
    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        rows = [Measure(position=position, **one) for position, one in enumerate(written, start=1)]
        for row in rows:
            row.clean_fields()
            row.validate_constraints(exclude={"code"})
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise WrongReference(f"{file.name} cannot be loaded: {error}") from error
    return load_rows(Measure, "code", rows)
