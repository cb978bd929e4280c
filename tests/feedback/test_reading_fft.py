"""Friends and Family Test files: what is read is what the cells hold, and what is withheld stays unknown."""

import shutil
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from tests.feedback import makers
from tests.feedback.makers import (
    RKE,
    RQX,
    SAMPLES,
    SITE,
    SUPPRESSED,
    as_csv,
    figures,
    new_book,
    read,
    sheet_of,
    stopping,
)

KEYS = ["very_good", "good", "neither", "poor", "very_poor", "dont_know"]


def assert_equals_the_cells(path, found, sheet_name, first):
    """Every figure against openpyxl; `first` is the letter of “Total Responses”."""
    sheet: Any = openpyxl.load_workbook(path, data_only=True)[sheet_name]
    start = column_index_from_string(first)
    rows = [row for row in found["rows"] if row["sheet"] == sheet_name]
    assert rows
    for row in rows:
        cells = [sheet.cell(row["row"], start + offset).value for offset in range(10)]
        expected = [None if value in ("*", "-", None) else value for value in cells]
        (figure,) = row["figures"]
        answers = expected[4:]
        assert figure["responses"] == expected[0]
        assert figure["detail"]["eligible"] == expected[1]
        assert figure["score"] == (pytest.approx(expected[2]) if expected[2] is not None else None)
        assert [figure["detail"][key] for key in KEYS] == answers
        assert figure["positive"] == (None if None in answers[:2] else answers[0] + answers[1])
        assert figure["suppressed"] == (cells[2] == "*")
        assert sheet[f"{figure['column']}{row['row']}"].value == cells[2]


def test_a_workbook_by_ward_is_read_cell_by_cell(tmp_path):
    path = makers.wards_workbook(tmp_path / "fft.xlsx")
    found = read(path)
    assert found["problems"] == []
    assert (found["layout"], found["sheets"]) == ("fft_ip_wards", ["Wards"])
    assert found["title"] == "Friends and Family Test, inpatients, by ward"
    assert found["period"] == ["2025-09-01", "2025-09-30"]
    assert found["left_out"] == {"totals": 3, "other_trusts": 1, "empty": 0}
    assert [row["ward"] for row in found["rows"]] == ["Archway Ward", "Betty Mansell", "Nightingale"]
    assert [row["row"] for row in found["rows"]] == [15, 16, 17]
    first = found["rows"][0]
    assert (first["site_code"], first["site_name"], first["trust"]) == (*SITE, "RKE")
    assert first["specialties"] == ["320 - CARDIOLOGY", "300 - GENERAL MEDICINE"]
    assert {figure["measure"] for row in found["rows"] for figure in row["figures"]} == {"fft_inpatient"}
    assert_equals_the_cells(path, found, "Wards", "G")


def test_withheld_is_unknown_and_never_zero(tmp_path):
    found = read(makers.wards_workbook(tmp_path / "fft.xlsx"))
    (figure,) = found["rows"][2]["figures"]
    assert (figure["positive"], figure["responses"], figure["score"], figure["suppressed"]) == (None, None, None, True)
    assert set(figure["detail"].values()) == {None}


def test_a_workbook_of_all_three_levels_gives_them_all(tmp_path):
    book = new_book()
    notes = book.create_sheet("Notes")
    notes["B2"] = makers.TITLE
    sheet_of(book, "Trusts", [[*RKE, *figures(100, 24, 3, 1, 1, 1)], [*RQX, *figures(9, 1, 0, 0, 0, 0)]], title="")
    sheet_of(book, "Sites", [[*RKE, *SITE, *figures(100, 24, 3, 1, 1, 1)]], title="")
    sheet_of(book, "Wards", makers.WARD_ROWS, title="")
    book.save(path := tmp_path / "national.xlsx")
    found = read(path)
    assert found["problems"] == []
    assert (found["layout"], found["sheets"]) == ("fft_ip_wards", ["Trusts", "Sites", "Wards"])
    assert found["period"] == ["2025-09-01", "2025-09-30"]
    assert [(row["sheet"], row["site_code"], row["ward"]) for row in found["rows"]] == [
        ("Trusts", "", ""),
        ("Sites", "RKEQ4", ""),
        *[("Wards", "RKEQ4", ward) for ward in ("Archway Ward", "Betty Mansell", "Nightingale")],
    ]
    for name, first in (("Trusts", "D"), ("Sites", "F"), ("Wards", "G")):
        assert_equals_the_cells(path, found, name, first)


@pytest.fixture
def filled_template(tmp_path):
    """NHS England's own A&E workbook, macros and all, with rows in it."""
    book: Any = openpyxl.load_workbook(SAMPLES / "fft_ae_template.xlsm", keep_vba=True)
    for name, place in (("Trusts", []), ("Sites", ["RKEQ4", "Whittington Hospital"])):
        rows = [
            [*RKE, *place, *figures(60, 20, 5, 5, 5, 5)],
            [*RQX, *(["RQXM1", "Homerton"] if place else []), *SUPPRESSED],
        ]
        for number, row in enumerate(rows, start=7):
            for column, value in enumerate(row, start=1):
                book[name].cell(number, column, value)
    for column, value in enumerate([50, 10, 10, 10, 10, 5, "*"], start=14):
        book["Trusts"].cell(7, column, value)
    book.save(path := tmp_path / "A and E July.xlsm")
    return path


def test_the_real_ae_workbook_is_read_with_its_macros_left_alone(filled_template):
    found = read(filled_template)
    assert found["problems"] == []
    assert (found["layout"], found["period"]) == ("fft_ae_sites", ["2025-07-01", "2025-07-31"])
    assert {figure["measure"] for row in found["rows"] for figure in row["figures"]} == {"fft_ae"}
    assert [(row["sheet"], row["row"], row["site_code"]) for row in found["rows"]] == [
        ("Trusts", 7, ""),
        ("Sites", 7, "RKEQ4"),
    ]
    assert found["left_out"] == {"totals": 4, "other_trusts": 2, "empty": 2}
    assert_equals_the_cells(filled_template, found, "Trusts", "D")
    assert_equals_the_cells(filled_template, found, "Sites", "F")
    detail = found["rows"][0]["figures"][0]["detail"]
    assert (detail["mode_sms"], detail["mode_online"], detail["mode_other"]) == (50, 5, None)


def test_the_empty_template_says_that_it_is_empty(tmp_path):
    shutil.copy(SAMPLES / "fft_ae_template.xlsm", path := tmp_path / "t.xlsm")
    found = read(path)
    assert found["rows"] == []
    assert [problem["words"] for problem in stopping(found)] == [
        "This file has no figures of your trust (RKE). It holds no figures of any trust: the table is empty, or "
        "everything in it is unknown."
    ]


@pytest.mark.parametrize("header_row", [1, 3, 28])
def test_the_header_is_found_wherever_it_stands(tmp_path, header_row):
    path = makers.wards_workbook(tmp_path / "inpatient 2025-09.xlsx", header_row=header_row, title="", title_row=40)
    found = read(path)
    assert found["problems"] == []
    assert len(found["rows"]) == 3
    assert_equals_the_cells(path, found, "Wards", "G")


EXTRACT = [
    makers.EXTRACT_HEADER,
    makers.extract_row("Archway Ward", 80, 14, 3, 1, 1, 1),
    makers.extract_row("Café Ward – naïve", 20, 10, 0, 0, 0, 0, share=1),
    makers.extract_row("Nightingale", "*", "*", "*", "*", "*", "*", share="*", total="*"),
    makers.extract_row("Total", 100, 24, 3, 1, 1, 1),
]


def test_only_sums_are_left_out_as_sums(tmp_path):
    """Wards and sites may be named with the words that sums are."""
    names = ["National Hospital ward", "Selection Ward", "England Ward", "Total", "Grand total", "All wards", "Totals"]
    rows = [makers.EXTRACT_HEADER, *(makers.extract_row(name, 9, 0, 0, 0, 0, 1) for name in names)]
    found = read(as_csv(tmp_path / "inpatient 2025-09.csv", rows))
    assert [row["ward"] for row in found["rows"]] == names[:3]
    assert found["left_out"]["totals"] == 4


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_trusts_own_extract_is_read_however_it_is_written(tmp_path, encoding, delimiter):
    path = as_csv(tmp_path / "fft_inpatient_Sep-25.csv", EXTRACT, encoding, delimiter)
    found = read(path)
    assert found["problems"] == []
    assert (found["layout"], found["period"]) == ("fft_ip_wards", ["2025-09-01", "2025-09-30"])
    assert [row["ward"] for row in found["rows"]] == ["Archway Ward", "Café Ward – naïve", "Nightingale"]
    assert found["left_out"]["totals"] == 1
    read_figures = [row["figures"][0] for row in found["rows"]]
    assert [each["score"] for each in read_figures] == [0.94, 1, None]
    assert [each["positive"] for each in read_figures] == [94, 30, None]
    assert [each["suppressed"] for each in read_figures] == [False, False, True]


def test_latin_1_is_read(tmp_path):
    path = as_csv(tmp_path / "fft inpatient sep 2025.csv", [row for row in EXTRACT if "–" not in str(row)], "latin-1")
    assert len(read(path)["rows"]) == 2


def test_percentages_and_fractions_may_stand_beside_each_other(tmp_path):
    rows = [
        makers.extract_row(f"Ward {n}", 94, 0, 6, 0, 0, 0, share=share) for n, share in enumerate(["94%", 0.94, "0.94"])
    ]
    found = read(as_csv(tmp_path / "inpatient 2025-09.csv", [makers.EXTRACT_HEADER, *rows]))
    assert found["problems"] == []
    assert [row["figures"][0]["score"] for row in found["rows"]] == [0.94] * 3


def test_points_of_a_hundred_are_understood_by_their_column(tmp_path):
    rows = [makers.extract_row(f"Ward {n}", n, 0, 100 - n, 0, 0, 0, share=n) for n in (94, 1)]
    found = read(as_csv(tmp_path / "inpatient 2025-09.csv", [makers.EXTRACT_HEADER, *rows]))
    assert found["problems"] == []
    assert [row["figures"][0]["score"] for row in found["rows"]] == [0.94, 0.01]


def test_some_answers_withheld_leave_the_rest_known(tmp_path):
    row = makers.extract_row("Ward", 80, 14, 3, "*", "*", 0, total=100, share="94%")
    found = read(as_csv(tmp_path / "inpatient 2025-09.csv", [makers.EXTRACT_HEADER, row]))
    (figure,) = found["rows"][0]["figures"]
    assert (figure["positive"], figure["responses"], figure["score"], figure["suppressed"]) == (94, 100, 0.94, False)
    assert (figure["detail"]["poor"], figure["detail"]["dont_know"]) == (None, 0)


def test_good_withheld_leaves_the_share_unknown_without_a_percentage(tmp_path):
    row = makers.extract_row("Ward", 80, "*", 3, 1, 1, 0, total=100, share="-")
    found = read(as_csv(tmp_path / "inpatient 2025-09.csv", [makers.EXTRACT_HEADER, row]))
    (figure,) = found["rows"][0]["figures"]
    assert (figure["positive"], figure["responses"], figure["score"], figure["suppressed"]) == (None, 100, None, True)


def test_an_extract_of_twelve_months_gives_each_row_its_own(tmp_path):
    months = ["Oct-24", "01/11/2024", "2024-12-01", "January 2025", "Feb 25", "03/2025", "Apr-25", "May-25", "Jun-25"]
    months += ["2025-07", "45870", "Sept 2025"]
    rows = [["Month", *makers.EXTRACT_HEADER], *([month, *EXTRACT[1]] for month in months)]
    found = read(as_csv(tmp_path / "inpatient.csv", rows))
    assert found["problems"] == []
    assert found["period"] == ["2024-10-01", "2025-09-30"]
    assert [row["period"][0][:7] for row in found["rows"]] == [
        *("2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07"),
        *("2025-08", "2025-09"),
    ]


def test_the_same_content_in_another_container_is_the_same(tmp_path):
    rows = [[makers.TITLE], [], *EXTRACT]
    book = read(makers.table_workbook(tmp_path / "a.xlsx", rows))
    plain = read(as_csv(tmp_path / "b.csv", rows, "utf-16"))
    shuffled = read(as_csv(tmp_path / "c.csv", [*rows[:3], *reversed(rows[3:])]))
    other = read(as_csv(tmp_path / "d.csv", rows[:-2]))
    assert book["rows"]
    assert book["digest"] == plain["digest"] == shuffled["digest"]
    assert other["digest"] != book["digest"]


@pytest.mark.parametrize(
    ("title", "layout", "measure"),
    [
        ("A&E FFT September 2025", "fft_ae_wards", "fft_ae"),
        ("Outpatient FFT September 2025", "fft_op_wards", "fft_outpatient"),
        ("Friends and Family Test, September 2025", "fft_ip_wards", "fft_inpatient"),
    ],
)
def test_which_test_it_is_is_said_by_the_title(tmp_path, title, layout, measure):
    found = read(as_csv(tmp_path / "x.csv", [[title], *EXTRACT]))
    assert (found["layout"], found["rows"][0]["figures"][0]["measure"]) == (layout, measure)
