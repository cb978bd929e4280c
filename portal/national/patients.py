"""What the made-up country's patients say: a ward for each department, with a Friends and Family figure each month."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from django.utils import timezone

from departments.services.files import store
from feedback.models import FeedbackImport, Measure, Place
from feedback.rules import ImportState, PlaceState
from feedback.services.measures import load_measures
from portal.national.bulk import put_away
from portal.national.places import Places

MEASURE = "fft_inpatient"
MONTHS = 24
FILE = b"A file of a made-up country: its figures are rows alone.\n"

READINGS = """
    INSERT INTO feedback_reading (trust_id, measure_id, feedback_import_id, place_id, starts_on, ends_on, positive,
        responses, score, suppressed, detail, sheet, row, "column", current)
    SELECT trust, %(measure)s, import, place, month, (month + interval '1 month')::date - 1,
        CASE WHEN responses >= 5 THEN positive END, CASE WHEN responses >= 5 THEN responses END,
        CASE WHEN responses >= 5 THEN positive::numeric / responses END, responses < 5, '{{}}', 'Wards', n + 14, 'H',
        true
    FROM unnest(%(trusts)s::bigint[], %(imports)s::bigint[], %(places)s::bigint[])
        WITH ORDINALITY told (trust, import, place, n)
    CROSS JOIN LATERAL (SELECT (%(first)s::date + interval '1 month' * step)::date AS month
        FROM generate_series(0, %(months)s - 1) step) months
    CROSS JOIN LATERAL (SELECT abs(hashtextextended(n || '.' || month, {seed}) %% 997) AS a,
        abs(hashtextextended('ward' || n, {seed}) %% 997) AS b) drawn
    CROSS JOIN LATERAL (SELECT 2 + a %% 120 AS responses) asked
    CROSS JOIN LATERAL (SELECT floor(responses * (0.8 + 0.15 * b / 997 + 0.04 * a / 997))::int AS positive) answered
"""


def listen(places: Places, *, seed: int) -> None:
    """Two years of figures for every department; counts under five are held back."""
    load_measures()
    now, today = timezone.now(), timezone.localdate()
    first = date(today.year - MONTHS // 12, today.month, 1)
    blob = store(file=BytesIO(FILE), by=None)
    sender = places.certifiers[0]
    imports = FeedbackImport.objects.bulk_create(
        FeedbackImport(
            trust=trust, blob=blob, name="Friends and Family Test.csv", state=ImportState.IMPORTED, sent_by=sender,
            sent_at=now, layout="fft_ip_wards", title="Friends and Family Test, inpatients, by ward", starts_on=first,
            ends_on=today.replace(day=1), confirmed_by=sender, confirmed_at=now, imported_at=now,
        )
        for trust in places.trusts
    )  # fmt: skip
    of_trust = {row.trust_id: row.pk for row in imports}
    wards = Place.objects.bulk_create(
        Place(
            trust_id=row.trust_id, site_code="MAIN", site_name="Main hospital", ward=f"Ward of {row.name}",
            state=PlaceState.MATCHED, department=row, decided_at=now,
        )
        for row in places.departments
    )  # fmt: skip
    with put_away(["feedback_reading"]) as cursor:
        cursor.execute(
            READINGS.format(seed=int(seed)),
            {
                "measure": Measure.objects.get(code=MEASURE).pk, "trusts": [row.trust_id for row in wards],
                "imports": [of_trust[row.trust_id] for row in wards], "places": [row.pk for row in wards],
                "first": first, "months": MONTHS,
            },
        )  # fmt: skip
