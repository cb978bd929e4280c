"""From a file to figures: read, confirmed, imported once, corrected, undone; nothing half imported."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from departments.models import Blob
from departments.services.refusals import Refused
from feedback.models import FeedbackImport, Measure, Place, Reading
from feedback.rules import ImportState, MeasureKind, PlaceState, Voice
from feedback.services import importing, reading
from feedback.services.importing import confirm_import
from feedback.services.mapping import Mapped, NewMeasure, map_columns
from feedback.services.places import decide_place
from feedback.services.replacing import undo_import
from feedback.services.sending import KEPT_UNCONFIRMED, give_up, give_up_forgotten, send_file
from tests.feedback.deeds import MONTH, WARDS, confirm, extract, now, send
from tests.feedback.makers import SAMPLES, as_csv, wards_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def trust(here, measures, services_and_sites):
    return here.trust


@pytest.fixture
def keeper(people):
    return people["administrator"]


def counting():
    """Every figure that counts: the place's ward, its counts and its score."""
    rows = Reading.objects.current().order_by("place__ward", "pk").select_related("place")
    return [(one.place.ward if one.place else "", one.positive, one.responses, one.score) for one in rows]


SEPTEMBER = [("Montuschi Ward", 94, 100, Decimal("0.94")), ("Nightingale", 30, 30, Decimal(1))]


# --- Read and imported
def test_a_file_is_read_looked_over_and_imported(trust, keeper, tmp_path):
    brought = send(trust, keeper, wards_workbook(tmp_path / "wards.xlsx"))
    assert (brought.state, brought.layout) == (ImportState.TO_CONFIRM, "fft_ip_wards")
    assert (str(brought.starts_on), str(brought.ends_on), brought.rows_total) == ("2025-09-01", "2025-09-30", 3)
    assert not Reading.objects.exists()
    imported = confirm(brought, keeper)
    assert (imported.state, imported.rows_done, imported.confirmed_by) == (ImportState.IMPORTED, 3, keeper)
    archway = Reading.objects.get(place__ward="Archway Ward")
    assert (archway.positive, archway.responses, archway.score) == (94, 100, Decimal("0.94"))
    assert (archway.sheet, archway.row) == ("Wards", 15)
    assert archway.place is not None
    assert archway.place.specialties == ["320 - CARDIOLOGY", "300 - GENERAL MEDICINE"]
    withheld = Reading.objects.get(place__ward="Nightingale")
    assert (withheld.positive, withheld.responses, withheld.score, withheld.suppressed) == (None, None, None, True)


def test_the_period_is_asked_for_when_the_file_does_not_say(trust, keeper, tmp_path):
    brought = send(trust, keeper, extract(tmp_path))
    assert brought.starts_on is None
    with pytest.raises(Refused, match="Enter the period"):
        confirm_import(brought=brought, by=keeper)
    with pytest.raises(Refused, match="ends before it starts"):
        confirm_import(brought=brought, starts_on=MONTH["ends_on"], ends_on=MONTH["starts_on"], by=keeper)
    assert confirm(brought, keeper, **MONTH).state == ImportState.IMPORTED
    assert counting() == SEPTEMBER


def test_the_real_complaints_of_a_trust_come_in_cell_by_cell(trust, keeper):
    trust.ods_code = "RDY"
    trust.save()
    brought = send(trust, keeper, SAMPLES / "sample_ko41a_2024-25_org_level_RDY.csv")
    assert confirm(brought, keeper).state == ImportState.IMPORTED
    upheld = Reading.objects.get(measure__code="complaints_upheld")
    assert (upheld.positive, upheld.responses, upheld.place) == (98 + 61, 354, None)
    assert (str(upheld.starts_on), str(upheld.ends_on)) == ("2024-04-01", "2025-03-31")


# --- The same again, a corrected one
def test_the_same_content_again_changes_nothing_and_says_so(trust, keeper, tmp_path):
    first = confirm(send(trust, keeper, wards_workbook(tmp_path / "wards.xlsx")), keeper)
    before = list(Reading.objects.values())
    again = send(trust, keeper, wards_workbook(tmp_path / "another name.xlsx"))
    assert again.state == ImportState.GIVEN_UP
    assert "are here already" in again.problem
    assert "wards.xlsx" in again.problem
    assert list(Reading.objects.values()) == before
    assert now(first).state == ImportState.IMPORTED


def test_the_same_content_is_known_once_its_period_is_said(trust, keeper, tmp_path):
    confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    again = confirm(send(trust, keeper, extract(tmp_path, name="again.csv")), keeper, **MONTH)
    assert again.state == ImportState.GIVEN_UP
    assert "Nothing was changed" in again.problem
    assert Reading.objects.count() == 2


def test_a_corrected_file_takes_the_place_of_the_first_which_is_kept(trust, keeper, tmp_path):
    first = confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    corrected = extract(tmp_path, {"Montuschi Ward": (70, 10, 10, 5, 5, 0)}, name="corrected.csv")
    second = confirm(send(trust, keeper, corrected), keeper, **MONTH)
    assert counting() == [("Montuschi Ward", 80, 100, Decimal("0.8"))]
    assert (now(first).state, second.replaces_id) == (ImportState.REPLACED, first.pk)
    assert Reading.objects.filter(feedback_import=first, current=False, replaced_by=second).count() == 2


def test_another_month_stands_beside_the_first(trust, keeper, tmp_path):
    confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    other = extract(tmp_path, {"Montuschi Ward": (70, 10, 10, 5, 5, 0)}, name="october.csv")
    month = {"starts_on": MONTH["ends_on"] + timedelta(days=1), "ends_on": MONTH["ends_on"] + timedelta(days=31)}
    confirm(send(trust, keeper, other), keeper, **month)
    assert Reading.objects.current().count() == 3
    assert not FeedbackImport.objects.filter(state=ImportState.REPLACED).exists()


def test_a_file_of_another_kind_with_the_same_figures_is_not_imported_and_says_which_to_undo(trust, keeper, tmp_path):
    first = confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    FeedbackImport.objects.filter(pk=first.pk).update(layout="another")
    brought = confirm(send(trust, keeper, extract(tmp_path, {"Nightingale": (9, 0, 0, 0, 0, 1)})), keeper, **MONTH)
    assert brought.state == ImportState.TO_CONFIRM
    assert brought.starts_on is None  # the typed period may be what was wrong, so it is asked for again
    assert "fft_inpatients.csv" in brought.problem
    assert counting() == SEPTEMBER


# --- Undone
def test_an_import_undone_counts_no_more_and_is_kept(trust, keeper, tmp_path):
    brought = confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    undone = undo_import(brought=brought, by=keeper)
    assert (undone.state, undone.undone_by) == (ImportState.UNDONE, keeper)
    assert counting() == []
    assert Reading.objects.count() == 2
    assert confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH).state == ImportState.IMPORTED
    assert counting() == SEPTEMBER


def test_undoing_a_correction_brings_the_first_back(trust, keeper, tmp_path):
    first = confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    corrected = extract(tmp_path, {"Montuschi Ward": (70, 10, 10, 5, 5, 0)}, name="corrected.csv")
    second = confirm(send(trust, keeper, corrected), keeper, **MONTH)
    with pytest.raises(Refused, match="cannot be undone as it stands: replaced"):
        undo_import(brought=first, by=keeper)
    undo_import(brought=second, by=keeper)
    assert counting() == SEPTEMBER
    assert now(first).state == ImportState.IMPORTED
    assert undo_import(brought=now(first), by=keeper).state == ImportState.UNDONE


def test_a_longer_extract_takes_the_place_of_the_months_that_it_holds_again(trust, keeper, tmp_path):
    header = ["Month", *extract_header()]
    months = {"September 2026": (80, 14, 3, 1, 1, 1), "October 2026": (60, 20, 10, 5, 5, 0)}
    rows = {month: [month, *line(answers)] for month, answers in months.items()}
    one = as_csv(tmp_path / "one.csv", [header, rows["September 2026"]])
    both = as_csv(tmp_path / "both.csv", [header, *rows.values()])
    first = confirm(send(trust, keeper, one, name="fft inpatients one.csv"), keeper)
    second = confirm(send(trust, keeper, both, name="fft inpatients both.csv"), keeper)
    assert [row[1:] for row in counting()] == [(94, 100, Decimal("0.94")), (80, 100, Decimal("0.8"))]
    assert now(first).state == ImportState.IMPORTED
    with pytest.raises(Refused, match="has taken the place of some of its figures"):
        undo_import(brought=first, by=keeper)
    undo_import(brought=second, by=keeper)
    assert [row[1:] for row in counting()] == [(94, 100, Decimal("0.94"))]


def extract_header():
    return ["Org code", "Ward name", "Total responses", "% positive", *(str(n) for n in ANSWERS)]


ANSWERS = ["1 Very Good", "2 Good", "3 Neither good nor poor", "4 Poor", "5 Very Poor", "6 Don't know"]


def line(answers):
    return ["RKE", "Montuschi Ward", sum(answers), f"{(answers[0] + answers[1]) / sum(answers):.0%}", *answers]


# --- Places
def test_a_ward_of_the_name_of_a_service_is_matched_whatever_its_capitals(trust, keeper, tmp_path, here):
    wards = {"MONTUSCHI  WARD": WARDS["Montuschi Ward"], "Nightingale": WARDS["Nightingale"]}
    confirm(send(trust, keeper, extract(tmp_path, wards)), keeper, **MONTH)
    matched = Place.objects.get(state=PlaceState.MATCHED)
    assert matched.service is not None
    assert (matched.service.name, matched.department, matched.decided_by) == ("Montuschi Ward", here.department, None)
    assert Place.objects.get(state=PlaceState.UNDECIDED).ward == "Nightingale"
    assert Reading.objects.speaking_of(here.department).count() == 1


def test_a_place_is_decided_once_and_remembered_for_later_files(trust, keeper, tmp_path, here):
    confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    nightingale = decide_place(place=Place.objects.undecided().get(), department=here.department, by=keeper)
    assert Reading.objects.speaking_of(here.department).count() == 2
    corrected = extract(tmp_path, {"nightingale": (5, 5, 0, 0, 0, 0)}, name="corrected.csv")
    confirm(send(trust, keeper, corrected), keeper, **MONTH)
    assert Place.objects.count() == 2
    assert Reading.objects.current().get().place == nightingale


def test_a_place_set_aside_speaks_of_nobody(trust, keeper, tmp_path, here):
    confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    aside = decide_place(place=Place.objects.undecided().get(), set_aside=True, by=keeper)
    assert (aside.state, aside.department, aside.decided_by) == (PlaceState.SET_ASIDE, None, keeper)
    assert decide_place(place=aside, department=here.department, by=keeper).state == PlaceState.MATCHED


def test_a_place_is_not_given_to_another_trust(trust, keeper, tmp_path, elsewhere):
    confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    with pytest.raises(Refused, match="your own trust"):
        decide_place(place=Place.objects.undecided().get(), department=elsewhere.department, by=keeper)


# --- A survey of one's own
OWN = [["Clinic", "Friendly", "Asked"], ["Montuschi Ward", "91%", 120], ["Anticoagulant clinic", "84%", 50]]
FRIENDLY = NewMeasure("Staff were friendly", Voice.PATIENTS, MeasureKind.SHARE, None, True)


def mapped(brought, by, measure: NewMeasure | Measure = FRIENDLY):
    figures = [Mapped("Friendly", measure, responses_column="Asked")]
    row = map_columns(brought=brought, sheet="", header_row=1, places={"ward": "Clinic"}, figures=figures, by=by)
    reading.read_import(pk=row.pk)
    return now(row)


def test_a_survey_of_ones_own_is_mapped_to_a_measure_of_ones_own(trust, keeper, tmp_path):
    brought = send(trust, keeper, as_csv(tmp_path / "survey.csv", OWN))
    assert (brought.state, brought.layout) == (ImportState.TO_CONFIRM, "")
    with pytest.raises(Refused, match="which columns"):
        confirm_import(brought=brought, by=keeper, **MONTH)
    brought = mapped(brought, keeper)
    assert brought.found["tables"]
    assert confirm(brought, keeper, **MONTH).state == ImportState.IMPORTED
    assert "tables" not in now(brought).found  # of the columns that are no measures nothing is kept
    measure = Measure.objects.get(trust=trust)
    assert now(brought).title == "A survey of your own: Staff were friendly"
    assert (measure.title, measure.source, measure.voice) == ("Staff were friendly", "local", "patients")
    assert [row[2:] for row in counting()] == [(50, Decimal("0.84")), (120, Decimal("0.91"))]
    assert not Place.objects.undecided().exists()


def test_the_next_file_of_the_same_survey_corrects_it_and_another_survey_does_not(trust, keeper, tmp_path):
    first = confirm(mapped(send(trust, keeper, as_csv(tmp_path / "a.csv", OWN)), keeper), keeper, **MONTH)
    measure = Measure.objects.get(trust=trust)
    better = as_csv(tmp_path / "b.csv", [OWN[0], ["Montuschi Ward", "95%", 130]])
    second = confirm(mapped(send(trust, keeper, better), keeper, measure), keeper, **MONTH)
    assert second.replaces_id == first.pk
    other = NewMeasure("It was easy to find", Voice.PATIENTS, MeasureKind.SHARE, None, True)
    third = confirm(mapped(send(trust, keeper, better), keeper, other), keeper, **MONTH)
    assert (third.state, third.replaces_id) == (ImportState.IMPORTED, None)
    with pytest.raises(Refused, match="already: choose that one"):
        mapped(send(trust, keeper, better), keeper, FRIENDLY)


# --- Refused
def test_a_file_of_another_kind_and_one_that_is_too_large_are_refused_at_once(trust, keeper, settings):
    settings.FEEDBACK_MAX_BYTES = 10
    for name, content, words in (
        ("report.pdf", b"%PDF", "neither an Excel workbook"),
        ("figures.csv", b"far too much of it", "larger than"),
        ("figures.csv", b"", "empty"),
    ):
        with pytest.raises(Refused, match=words):
            send_file(trust=trust, file=io.BytesIO(content), name=name, by=keeper)
    assert not FeedbackImport.objects.exists()


def test_a_file_of_another_trust_imports_nothing_and_says_whose_it_is(trust, keeper):
    brought = send(trust, keeper, SAMPLES / "sample_ko41a_2024-25_org_level_RDY.csv")
    assert brought.state == ImportState.REFUSED
    assert "RDY" in brought.found["problems"][0]["words"]


def test_a_damaged_workbook_is_refused_in_words(trust, keeper, tmp_path):
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 and then nothing that is a workbook")
    assert send(trust, keeper, file).state == ImportState.REFUSED


def test_what_may_name_a_patient_is_looked_at_before_anything_is_imported(trust, keeper, tmp_path):
    wards = {"Montuschi Ward": WARDS["Montuschi Ward"], "NHS number: 943 476 5919": WARDS["Nightingale"]}
    brought = send(trust, keeper, extract(tmp_path, wards))
    assert [sign["kind"] for sign in brought.patient_signs] == ["nhs_number"]
    assert "943 476 5919" not in str(brought.patient_signs)
    with pytest.raises(Refused, match="may name a patient"):
        confirm_import(brought=brought, by=keeper, **MONTH)
    blob = brought.blob_id or 0
    given = give_up(brought=brought, by=keeper)
    assert (given.state, given.blob, given.found) == (ImportState.GIVEN_UP, None, {})
    assert not Blob.objects.filter(pk=blob).exists()


def test_of_a_file_that_nobody_confirmed_nothing_is_kept_after_thirty_days(trust, keeper, tmp_path):
    waiting = send(trust, keeper, extract(tmp_path))
    imported = confirm(send(trust, keeper, wards_workbook(tmp_path / "wards.xlsx")), keeper)
    give_up_forgotten()
    assert now(waiting).state == ImportState.TO_CONFIRM
    FeedbackImport.objects.update(sent_at=timezone.now() - KEPT_UNCONFIRMED - timedelta(minutes=1))
    give_up_forgotten()
    assert (now(waiting).state, now(waiting).blob, now(waiting).found) == (ImportState.GIVEN_UP, None, {})
    assert now(imported).state == ImportState.IMPORTED


def test_what_is_confirmed_is_not_confirmed_again_nor_given_up(trust, keeper, tmp_path):
    brought = send(trust, keeper, extract(tmp_path))
    confirm_import(brought=brought, by=keeper, **MONTH)
    with pytest.raises(Refused, match="not to be confirmed any more"):
        confirm_import(brought=brought, by=keeper, **MONTH)
    with pytest.raises(Refused, match="cannot be given up"):
        give_up(brought=brought, by=keeper)


# --- The worker
def test_a_job_that_is_told_twice_is_done_once(trust, keeper, tmp_path):
    brought = confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    importing.import_figures(pk=brought.pk)
    reading.read_import(pk=brought.pk)
    assert Reading.objects.count() == 2
    assert now(brought).state == ImportState.IMPORTED


def test_what_a_killed_worker_left_is_taken_up_again_when_it_has_been_silent(trust, keeper, tmp_path):
    brought = send(trust, keeper, extract(tmp_path))
    confirm_import(brought=brought, by=keeper, **MONTH)
    assert importing.take(brought.pk) is not None  # and then the worker is killed
    importing.import_figures(pk=brought.pk)
    assert not Reading.objects.exists()
    FeedbackImport.objects.update(beaten_at=timezone.now() - reading.SILENT - timedelta(seconds=1))
    importing.import_figures(pk=brought.pk)
    assert counting() == SEPTEMBER


def test_an_import_that_dies_again_and_again_is_told_to_the_person(trust, keeper, tmp_path):
    brought = send(trust, keeper, extract(tmp_path))
    confirm_import(brought=brought, by=keeper, **MONTH)
    long_ago = timezone.now() - timedelta(hours=1)
    FeedbackImport.objects.update(attempts=reading.MOST_ATTEMPTS, beaten_at=long_ago)
    importing.sweep()
    told = now(brought)
    assert (told.state, told.confirmed_by) == (ImportState.TO_CONFIRM, None)
    assert "Nothing of it is here" in told.problem
    assert confirm(told, keeper).state == ImportState.IMPORTED


def test_a_reading_that_dies_again_and_again_is_refused(trust, keeper, tmp_path):
    sent = send_file(trust=trust, file=io.BytesIO(extract(tmp_path).read_bytes()), name="a.csv", by=keeper)
    long_ago = timezone.now() - timedelta(hours=1)
    FeedbackImport.objects.update(state=ImportState.READING, attempts=reading.MOST_ATTEMPTS, beaten_at=long_ago)
    reading.sweep()
    assert (now(sent).state, now(sent).problem) == (ImportState.REFUSED, reading.CANNOT_BE_READ)


def test_a_figure_of_a_measure_that_is_not_here_imports_nothing(trust, keeper, tmp_path):
    brought = send(trust, keeper, extract(tmp_path))
    Measure.objects.filter(code="fft_inpatient").update(code="fft_day_cases")
    assert confirm(brought, keeper, **MONTH).problem == "This file speaks of a measure that is not here: fft_inpatient."
    assert not Place.objects.exists()
