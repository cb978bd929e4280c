"""KO41a against the real files cell by cell, the staff survey in its variants, and local surveys by their mapping."""

import csv
import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

import feedback
from feedback.reading.fft import TESTS
from feedback.reading.ko41a import SUBJECTS, UPHELD
from feedback.reading.staff import INDICATORS, measure_of
from tests.feedback.makers import SAMPLES, as_csv, read, stopping, table_workbook, words

DATA = Path(feedback.__file__).parent / "data"
KO41A = {level: SAMPLES / f"sample_ko41a_2024-25_{level}_level_RDY.csv" for level in ("org", "site")}


def test_every_code_that_is_read_is_a_measure():
    measures = yaml.safe_load((DATA / "measures.yaml").read_text(encoding="utf-8"))
    codes = [measure["code"] for measure in measures]
    assert len(codes) == len(set(codes))
    assert set(codes) == {*TESTS, UPHELD, *SUBJECTS.values(), *INDICATORS}
    assert all(measure.get("out_of") == (10 if measure["kind"] == "score" else None) for measure in measures)
    assert {measure["kind"] for measure in measures} == {"share", "score"}
    assert all(len(measure["title"]) <= 60 for measure in measures)


def test_themes_have_the_codes_that_remarks_use():
    themes = yaml.safe_load((DATA / "themes.yaml").read_text(encoding="utf-8"))
    assert [theme["code"] for theme in themes] == [
        *("friendlier_staff", "bedside_manner", "clearer_information", "appointment_booking", "waiting"),
        *("complaints_handling", "environment", "other"),
    ]
    assert all(theme["title"] and theme["hint"] for theme in themes)


# --- KO41a
@pytest.mark.parametrize(("level", "count"), [("org", 1), ("site", 12)])
def test_the_real_complaints_files_are_read_cell_by_cell(level, count):
    found = read(KO41A[level], trust="RDY")
    assert found["problems"] == []
    assert (found["layout"], found["period"]) == (f"ko41a_{level}", ["2024-04-01", "2025-03-31"])
    with KO41A[level].open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(found["rows"]) == len(lines) == count
    names = list(lines[0])
    for number, (row, line) in enumerate(zip(found["rows"], lines, strict=True), start=2):
        assert row["row"] == number
        assert (row["site_code"], row["site_name"]) == (line.get("Site_Code", ""), line.get("Site_Name", ""))
        by_measure = {figure["measure"]: figure for figure in row["figures"]}
        assert set(by_measure) == {UPHELD, *SUBJECTS.values()}
        upheld, resolved = by_measure[UPHELD], int(line["Complaints_Total_Resolved"])
        positive = int(line["Complaints_Number_Upheld"]) + int(line["Complaints_Number_Partially_Upheld"])
        assert (upheld["positive"], upheld["responses"]) == (positive, resolved)
        assert upheld["score"] == (positive / resolved if resolved else None)
        assert upheld["detail"]["new"] == int(line["Complaints_Total_New"])
        assert upheld["detail"]["not_upheld"] == int(line["Complaints_Number_Not_Upheld"])
        for subject, code in SUBJECTS.items():
            figure = by_measure[code]
            total = int(line["Subject_Area_Sub_Total"])
            assert figure["positive"] == int(line[f"Subject_Area_{subject}"])
            assert figure["responses"] == total
            assert figure["score"] == (figure["positive"] / total if total else None)
            letter = openpyxl.utils.get_column_letter(names.index(f"Subject_Area_{subject}") + 1)
            assert figure["column"] == letter


def test_complaints_of_another_trust_are_told_by_name():
    (problem,) = stopping(read(KO41A["org"], trust="RKE"))
    assert problem["words"] == (
        "This file has no figures of your trust (RKE). It holds those of Dorset Healthcare University NHS Foundation "
        "Trust (RDY)."
    )
    assert (problem["row"], problem["column"]) == (1, "F")


def changed(tmp_path, column, value):
    with KO41A["org"].open(encoding="utf-8-sig", newline="") as file:
        header, row = list(csv.reader(file))
    row[header.index(column)] = value
    return read(as_csv(tmp_path / "ko41a.csv", [header, row]), trust="RDY")


def test_complaints_whose_outcomes_do_not_add_up_stop(tmp_path):
    found = changed(tmp_path, "Complaints_Number_Upheld", "99")
    assert "The outcomes add up to 355, but “Complaints_Total_Resolved” is 354" in words(found)
    assert stopping(found)[0]["column"] == "K"


def test_complaints_whose_subjects_do_not_add_up_stop(tmp_path):
    assert "The subjects add up to 416" in words(changed(tmp_path, "Subject_Area_Communications", "115"))


def test_a_withheld_count_of_complaints_stays_unknown(tmp_path):
    found = changed(tmp_path, "Complaints_Number_Upheld", "*")
    assert found["problems"] == []
    (upheld,) = [each for each in found["rows"][0]["figures"] if each["measure"] == UPHELD]
    assert (upheld["positive"], upheld["score"], upheld["suppressed"]) == (None, None, True)
    assert upheld["detail"]["upheld"] is None


# --- Staff survey
STAFF = [
    ("We are compassionate and inclusive", "staff_compassionate", 7.24, 7.28),
    ("We are recognised and rewarded", "staff_recognised", 5.9, 6),
    ("We each have a voice that counts", "staff_voice", 6.74, 6.69),
    ("We are safe and healthy", "staff_safe", 6.02, 6.11),
    ("We are always learning", "staff_learning", 5.71, 5.68),
    ("We work flexibly", "staff_flexible", 6.11, 6.27),
    ("We are a team", "staff_team", 6.77, 6.76),
    ("Staff engagement", "staff_engagement", 6.92, 6.87),
    ("Morale", "staff_morale", 5.84, 5.93),
]
STAFF_ROWS: list[list[Any]] = [[name, score, benchmark] for name, _, score, benchmark in STAFF]


@pytest.mark.parametrize(
    "header",
    [
        ["Indicator", "Trust score", "Benchmark group score"],
        ["People Promise element or theme", "Your org", "Benchmark group average"],
        ["indicator", "Trust_Score", "Benchmark_Group_Score"],
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_staff_survey_is_read(tmp_path, header, kind):
    rows: list[Any] = [["NHS Staff Survey 2024"], [], header, *STAFF_ROWS]
    make = as_csv if kind == "csv" else table_workbook
    found = read(make(tmp_path / f"survey.{kind}", rows))
    assert found["problems"] == []
    assert (found["layout"], found["period"]) == ("staff_survey", ["2024-01-01", "2024-12-31"])
    read_figures = [row["figures"][0] for row in found["rows"]]
    assert [(each["measure"], each["score"], each["benchmark"]) for each in read_figures] == [
        (measure, score, benchmark) for _, measure, score, benchmark in STAFF
    ]
    assert {(each["positive"], each["column"]) for each in read_figures} == {(None, "B")}


@pytest.mark.parametrize(
    ("written", "measure"),
    [
        ("PP1: We are compassionate and inclusive", "staff_compassionate"),
        ("People Promise element 3: We each have a voice that counts", "staff_voice"),
        ("Promise element 4 - We are safe and healthy", "staff_safe"),
        ("Theme - Staff Engagement", "staff_engagement"),
        ("Staff morale score", "staff_morale"),
        ("A team", "staff_team"),
        ("Team working", ""),
        ("Thinking about leaving", ""),
    ],
)
def test_elements_and_themes_are_known_by_what_people_call_them(written, measure):
    assert measure_of(written) == measure


def test_a_staff_survey_of_many_trusts_gives_one(tmp_path):
    rows: list[Any] = [["Year", "Org code", "Indicator", "Score", "Benchmark"]]
    rows += [["2024", code, *row] for code in ("RQX", "RKE") for row in STAFF_ROWS]
    found = read(as_csv(tmp_path / "s.csv", rows))
    assert (len(found["rows"]), found["left_out"]["other_trusts"]) == (9, 9)
    assert found["period"] == ["2024-01-01", "2024-12-31"]


def test_an_indicator_that_is_none_of_the_nine_is_told_and_left_out(tmp_path):
    rows: list[Any] = [["Indicator", "Trust score"], *(row[:2] for row in STAFF_ROWS), ["Thinking about leaving", 5.9]]
    found = read(as_csv(tmp_path / "s 2024.csv", rows))
    (problem,) = found["problems"]
    assert (problem["row"], problem["column"], problem["stops"]) == (11, "A", False)
    assert problem["words"].startswith("“Thinking about leaving” is left out; expected")


def test_a_score_beyond_ten_stops(tmp_path):
    found = read(as_csv(tmp_path / "s 2024.csv", [["Indicator", "Trust score"], ["Morale", 58.4], ["Team", 6]]))
    assert stopping(found)[0]["words"] == "“Trust score” holds 58.4; expected a score from 0 to 10."


# --- Local surveys
LOCAL: list[list[Any]] = [
    ["Physiotherapy survey"],
    [],
    ["Month", "Clinic", "Answers", "Would recommend", "Ease of booking (0-5)", "Very satisfied"],
    [datetime.date(2026, 1, 1), "Hornsey", 40, "95%", 4.2, 30],
    [datetime.date(2026, 2, 1), "Hornsey", "*", "*", "*", "*"],
    [datetime.date(2026, 2, 1), "Holloway", 20, 0.9, 3.5, 12],
    [None, None, None, None, None, None],
    [datetime.date(2026, 2, 1), "Total", 60, 0.92, 4, 42],
]
MAPPING: dict[str, Any] = {
    "sheet": "Sheet1",
    "header_row": 3,
    "ward": "Clinic",
    "site": None,
    "period": "Month",
    "figures": [
        {"column": "Would recommend", "measure": "local_recommend", "responses_column": "Answers"},
        {"column": "Ease of booking (0-5)", "measure": "local_ease", "kind": "score", "out_of": 5},
        {"column": "Very satisfied", "measure": "local_very", "kind": "count", "responses_column": "Answers"},
    ],
}


def test_an_unknown_file_gives_what_a_mapping_needs(tmp_path):
    found = read(table_workbook(tmp_path / "survey.xlsx", LOCAL))
    assert (found["layout"], found["rows"], found["problems"]) == ("", [], [])
    assert found["columns"] == LOCAL[2]
    assert found["sample"][0] == ["2026-01-01 00:00:00", "Hornsey", "40", "95%", "4.2", "30"]
    (table,) = found["tables"]
    assert (table["sheet"], table["header_row"]) == ("Sheet1", 3)


def test_columns_without_a_name_or_with_the_same_one_can_be_told_apart(tmp_path):
    found = read(as_csv(tmp_path / "x.csv", [["Clinic", "Good", "", "Good"], ["A", 1, 2, 3]]))
    assert found["columns"] == ["Clinic", "Good", "Column C", "Good (column D)"]


def test_a_local_survey_is_read_as_it_was_mapped(tmp_path):
    found = read(table_workbook(tmp_path / "survey.xlsx", LOCAL), mapping=MAPPING)
    assert found["problems"] == []
    assert (found["layout"], found["period"]) == ("local", ["2026-01-01", "2026-02-28"])
    assert [(row["row"], row["ward"], row["period"][0]) for row in found["rows"]] == [
        (4, "Hornsey", "2026-01-01"),
        (5, "Hornsey", "2026-02-01"),
        (6, "Holloway", "2026-02-01"),
    ]
    known = [
        [(each["measure"], each["column"], each["positive"], each["responses"], each["score"], each["suppressed"])
         for each in row["figures"]]
        for row in found["rows"]
    ]  # fmt: skip
    assert known[0] == [
        ("local_recommend", "D", None, 40, 0.95, False),
        ("local_ease", "E", None, None, 4.2, False),
        ("local_very", "F", 30, 40, 0.75, False),
    ]
    assert {tuple(each[2:]) for each in known[1]} == {(None, None, None, True)}
    assert [each[4] for each in known[2]] == [0.9, 3.5, 0.6]


def test_only_sums_of_a_survey_are_left_out_as_sums(tmp_path):
    names = ["National Hospital for Neurology", "Selection clinic", "Total of all clinics", "Grand total", "All wards"]
    rows = [["Clinic", "Good"], *([name, "90%"] for name in names)]
    figures = [{"column": "Good", "measure": "local_good"}]
    mapping = {"sheet": "", "header_row": 1, "ward": "Clinic", "figures": figures}
    found = read(as_csv(tmp_path / "survey.csv", rows), mapping=mapping)
    assert [row["ward"] for row in found["rows"]] == names[:2]
    assert found["left_out"]["totals"] == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sheet": "Other"}, "There is no sheet “Other” in this file; expected one of “Sheet1”."),
        ({"ward": "Ward"}, "There is no column “Ward” in row 3; expected one of Month, Clinic"),
        ({"figures": []}, "What the columns mean was not said in full"),
        ({"figures": [{"column": "Answers"}]}, "What the columns mean was not said in full"),
        ({"header_row": "first"}, "What the columns mean was not said in full"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_stops(tmp_path, change, said):
    found = read(table_workbook(tmp_path / "survey.xlsx", LOCAL), mapping=MAPPING | change)
    assert said in words(found)
    assert stopping(found)
    assert found["rows"] == []


@pytest.mark.parametrize("mapping", ["{", "[]", "null", "1", '"x"', '{"sheet": "Sheet1"}'])
def test_a_mapping_that_is_none_stops(tmp_path, mapping):
    assert stopping(read(table_workbook(tmp_path / "survey.xlsx", LOCAL), mapping=mapping))


# --- The demo's files
STORY = Path(__file__).resolve().parents[2] / "portal" / "demo" / "story" / "files"


@pytest.mark.parametrize(
    ("name", "layout", "rows", "withheld"),
    [
        ("fft-inpatient-2026-09.xlsx", "fft_ip_wards", 5, 1),
        ("fft-inpatient-wards-2025-10-to-2026-08.csv", "fft_ip_wards", 33, 2),
        ("fft-outpatient-clinics-2025-10-to-2026-09.csv", "fft_op_wards", 120, 2),
        ("ko41a-2024-25-organisation.csv", "ko41a_org", 1, 0),
        ("ko41a-2025-26-organisation.csv", "ko41a_org", 1, 0),
        ("nhs-staff-survey-2024.csv", "staff_survey", 9, 0),
        ("nhs-staff-survey-2025.csv", "staff_survey", 9, 0),
    ],
)
def test_the_files_of_the_demo_are_read_without_a_problem(name, layout, rows, withheld):
    found = read(STORY / name)
    assert found["problems"] == []
    assert (found["layout"], len(found["rows"])) == (layout, rows)
    assert sum(figure["suppressed"] for row in found["rows"] for figure in row["figures"]) == withheld
