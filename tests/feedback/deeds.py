"""What an administrator and the worker do with a file of figures, as functions of the services."""

import io
from datetime import date
from pathlib import Path
from typing import Any

from departments.models import Trust, User
from feedback.models import FeedbackImport
from feedback.services import importing, reading
from feedback.services.sending import send_file
from tests.feedback.makers import EXTRACT_HEADER, as_csv, extract_row

MONTH: dict[str, Any] = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30)}
WARDS = {"Montuschi Ward": (80, 14, 3, 1, 1, 1), "Nightingale": (20, 10, 0, 0, 0, 0)}


def now(brought: FeedbackImport) -> FeedbackImport:
    return FeedbackImport.objects.with_names().get(pk=brought.pk)


def send(trust: Trust, by: User, path: Path, *, name: str = "") -> FeedbackImport:
    """Sent, and read as the worker reads it."""
    sent = send_file(trust=trust, file=io.BytesIO(path.read_bytes()), name=name or path.name, by=by)
    reading.read_import(pk=sent.pk)
    return now(sent)


def confirm(brought: FeedbackImport, by: User, **asked: Any) -> FeedbackImport:
    """Confirmed, and imported as the worker imports it."""
    importing.confirm_import(brought=brought, by=by, **asked)
    importing.import_figures(pk=brought.pk)
    return now(brought)


def extract(folder: Path, wards: dict[str, tuple[Any, ...]] | None = None, *, name: str = "fft_inpatients.csv") -> Path:
    """The trust's own extract of the inpatients' test, by ward, that does not say its month."""
    rows = [extract_row(ward, *answers) for ward, answers in (wards or WARDS).items()]
    path = folder / name
    as_csv(path, [EXTRACT_HEADER, *rows])
    return path
