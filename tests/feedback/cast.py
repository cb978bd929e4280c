"""Places and figures of the fixed cast: what was said of Whittington Health, without a file being read."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from departments.models import Department, Service, Trust, User
from departments.services.files import store
from feedback.models import FeedbackImport, Measure, Place, Reading
from feedback.rules import ImportState, PlaceState


def make_import(
    trust: Trust, by: User, *, name: str = "FFT wards.xlsx", month: date = date(2026, 9, 1)
) -> FeedbackImport:
    """A file of one month that was imported, with no figures yet."""
    now = timezone.now()
    return FeedbackImport.objects.create(
        trust=trust,
        blob=store(file=io.BytesIO(f"{trust.ods_code} {name} {month}".encode()), by=by),
        name=name,
        state=ImportState.IMPORTED,
        layout="fft_ip_wards",
        title="Friends and Family Test, inpatients, by ward",
        starts_on=month,
        ends_on=(month + timedelta(days=31)).replace(day=1) - timedelta(days=1),
        sent_by=by,
        sent_at=now,
        confirmed_by=by,
        confirmed_at=now,
        imported_at=now,
    )


def make_place(trust: Trust, ward: str, *, of: Service | Department | None = None) -> Place:
    """A ward at the Whittington Hospital as files name it; decided when it is told whose it is."""
    service = of if isinstance(of, Service) else None
    department = of.department if isinstance(of, Service) else of
    return Place.objects.create(
        trust=trust,
        site_code="RKEQ4",
        site_name="The Whittington Hospital",
        ward=ward,
        service=service,
        department=department,
        state=PlaceState.MATCHED if department else PlaceState.UNDECIDED,
        decided_at=timezone.now() if department else None,
    )


def make_reading(
    brought: FeedbackImport,
    measure: str = "fft_inpatient",
    *,
    place: Place | None = None,
    positive: int | None = 94,
    responses: int | None = 100,
    score: Decimal | None = None,
    **more: Any,
) -> Reading:
    """One figure of an import; a share is worked out from its counts where no score is given."""
    if score is None and positive is not None and responses:
        score = Decimal(positive) / Decimal(responses)
    period = {"starts_on": brought.starts_on, "ends_on": brought.ends_on}
    told: dict[str, Any] = {"sheet": "Wards", "row": 15, "column": "H", **period, **more}
    return Reading.objects.create(
        trust=brought.trust,
        measure=Measure.objects.get(code=measure),
        feedback_import=brought,
        place=place,
        positive=positive,
        responses=responses,
        score=score,
        **told,
    )


def make_unconfirmed(trust: Trust, by: User, *, unknown: bool = False, rows: int = 2) -> FeedbackImport:
    """A file that was read and waits to be confirmed: one that does not say its period, or (`unknown`) its columns."""
    table = {"sheet": "", "header_row": 1, "columns": ["Clinic", "Friendly"], "sample": [["Montuschi Ward", "91%"]]}
    return FeedbackImport.objects.create(
        trust=trust,
        blob=store(file=io.BytesIO(b"Clinic,Friendly"), by=by),
        name="A survey of ours.csv" if unknown else "fft_inpatients.csv",
        state=ImportState.TO_CONFIRM,
        layout="" if unknown else "fft_ip_wards",
        title="" if unknown else "Friends and Family Test, inpatients, by ward",
        found={
            "rows": [] if unknown else [found_row(number) for number in range(rows)],
            "problems": [A_PROBLEM],
            "left_out": {"totals": 3, "other_trusts": 2100, "empty": 0},
            "tables": [table] if unknown else [],
        },
        rows_total=0 if unknown else rows,
        sent_by=by,
        sent_at=timezone.now(),
    )


WRONG = "“Total” holds “n/a”; expected a number."
A_PROBLEM = {"sheet": "Wards", "row": 17, "column": "H", "words": WRONG, "stops": False}


def found_row(number: int) -> dict[str, Any]:
    """What was read of one ward, as the child says it; every second one is suppressed."""
    known = number % 2 == 0
    figure: dict[str, Any] = {
        "measure": "fft_inpatient",
        "positive": 94 if known else None,
        "responses": 100 if known else None,
        "score": 0.94 if known else None,
        "suppressed": not known,
        "column": "H",
        "detail": {},
    }
    place = {"site_code": "RKEQ4", "site_name": "The Whittington Hospital", "ward": f"Ward {number}", "specialties": []}
    return {"sheet": "Wards", "row": 15 + number, "trust": "RKE", "period": None, "figures": [figure], **place}
