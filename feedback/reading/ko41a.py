"""Written complaints (KO41a), by organisation or by site: how many were upheld, and what they were about."""

from feedback.reading.found import Figure, Row
from feedback.reading.headers import Column, Header
from feedback.reading.numbers import Number, sum_of, whole
from feedback.reading.places import TRUST_COLUMNS
from feedback.reading.sheets import Line
from feedback.reading.tables import SITE, SITE_CODE, Table

# The return's subject areas (without `Subject_Area_`), and the codes of our measures.
SUBJECTS = {
    "Access_To_Treatment_Or_Drugs": "complaints_access_to_treatment",
    "Admissions_Discharge_And_Transfers": "complaints_admissions_and_discharge",
    "Appointments": "complaints_appointments",
    "Commissioning_Services": "complaints_commissioning",
    "Communications": "complaints_communications",
    "Consent_To_Treatment": "complaints_consent",
    "End_Of_Life_Care": "complaints_end_of_life_care",
    "Facilities_Services": "complaints_facilities",
    "Integrated_Care": "complaints_integrated_care",
    "Patient_Care_Including_Nutrition_Hydration": "complaints_patient_care",
    "Mortuary_And_Post_Mortem_Arrangements": "complaints_mortuary",
    "Prescribing_Errors": "complaints_prescribing_errors",
    "Privacy_Dignity_And_Wellbeing": "complaints_privacy_dignity",
    "Restraint": "complaints_restraint",
    "Staffing_Numbers": "complaints_staffing_numbers",
    "Transport": "complaints_transport",
    "Trust_Administration": "complaints_trust_administration",
    "Values_And_Behaviours": "complaints_values_and_behaviours",
    "Waiting_Times": "complaints_waiting_times",
    "Other": "complaints_other",
}
UPHELD = "complaints_upheld"
RESOLVED, WHOLLY, PARTLY, NOT = "resolved", "upheld", "partially_upheld", "not_upheld"
OTHERS = {"brought_forward": "Total_Brought_Forward", "new": "Total_New", "carried_forward": "Total_Carried_Forward"}
SUBJECTS_TOTAL = "subjects_total"
COLUMNS = (
    *(column for column in TRUST_COLUMNS if column.key != "period"),
    Column("period", "Year", ("Financial year", "Period")),
    Column(SITE_CODE, "Site_Code"),
    Column(SITE, "Site_Name"),
    Column(RESOLVED, "Complaints_Total_Resolved", ("Total resolved", "Complaints resolved")),
    Column(WHOLLY, "Complaints_Number_Upheld", ("Number upheld", "Complaints upheld")),
    Column(PARTLY, "Complaints_Number_Partially_Upheld", ("Number partially upheld", "Complaints partially upheld")),
    Column(NOT, "Complaints_Number_Not_Upheld", ("Number not upheld", "Complaints not upheld")),
    *(Column(key, f"Complaints_{name}", (name,)) for key, name in OTHERS.items()),
    *(Column(code, f"Subject_Area_{name}") for name, code in SUBJECTS.items()),
    # `Subject_Area_Total` adds the clinical areas to these; the share of a subject is among subjects.
    Column(SUBJECTS_TOTAL, "Subject_Area_Sub_Total"),
)
SIGNS = frozenset({RESOLVED, WHOLLY, PARTLY, NOT, SUBJECTS_TOTAL, *SUBJECTS.values()})
ENOUGH_SIGNS = 4
REQUIRED = (("trust_code",), (RESOLVED,), (WHOLLY,), (PARTLY,))


def is_near(header: Header) -> bool:
    return len(SIGNS & header.at.keys()) >= ENOUGH_SIGNS


def is_complete(header: Header) -> bool:
    return is_near(header) and all(any(key in header.at for key in group) for group in REQUIRED)


def level_of(header: Header) -> str:
    return "site" if SITE_CODE in header.at or SITE in header.at else "org"


def read_rows(table: Table, ods_code: str) -> list[Row]:
    rows = []
    for line in table.kept:
        row = table.row(line, ods_code)
        row.figures = [figure for figure in (upheld(table, line), *subjects(table, line)) if figure is not None]
        rows.append(row)
    return rows


def upheld(table: Table, line: Line) -> Figure | None:
    """Of the complaints that were resolved in the year, those upheld wholly or in part."""
    wholly, partly, dismissed = (table.count(line, key) for key in (WHOLLY, PARTLY, NOT))
    resolved = table.count(line, RESOLVED)
    outcomes = sum_of([wholly, partly, dismissed] if NOT in table.header.at else [wholly, partly])
    if outcomes.value is not None and resolved.value is not None:
        unequal = outcomes.value != resolved.value if NOT in table.header.at else outcomes.value > resolved.value
        if unequal:
            words = (
                f"The outcomes add up to {outcomes.value:,.0f}, but “{table.name(RESOLVED)}” is {resolved.value:,.0f}"
            )
            table.wrong(f"{words}; expected the same number.", line, RESOLVED, stops=True)
    detail = {WHOLLY: wholly, PARTLY: partly, NOT: dismissed} | {key: table.count(line, key) for key in OTHERS}
    figure = share_of(table, WHOLLY, UPHELD, sum_of([wholly, partly]), resolved)
    if figure is not None:
        figure.detail = {key: whole(each) for key, each in detail.items()}
    return figure


def subjects(table: Table, line: Line) -> list[Figure | None]:
    """One complaint may be about several subjects: each is a share of all that were raised."""
    raised = {code: table.count(line, code) for code in SUBJECTS.values() if code in table.header.at}
    added, total = sum_of(list(raised.values())), table.count(line, SUBJECTS_TOTAL)
    if SUBJECTS_TOTAL not in table.header.at:
        total = added if len(raised) == len(SUBJECTS) else Number()
    elif len(raised) == len(SUBJECTS) and None not in (added.value, total.value) and added.value != total.value:
        words = f"The subjects add up to {added.value:,.0f}, but “{table.name(SUBJECTS_TOTAL)}” is {total.value:,.0f}"
        table.wrong(f"{words}; expected the same number.", line, SUBJECTS_TOTAL, stops=True)
    for code, count in raised.items():
        if count.value is not None and total.value is not None and count.value > total.value:
            words = f"“{table.name(code)}” is {count.value:,.0f}, but all subjects together are {total.value:,.0f}"
            table.wrong(f"{words}; expected no more than that.", line, code, stops=True)
    return [share_of(table, code, code, count, total) for code, count in raised.items()]


def share_of(table: Table, key: str, measure: str, part: Number, total: Number) -> Figure | None:
    withheld = part.withheld or total.withheld
    if part.value is None and total.value is None and not withheld:
        return None
    if part.value is not None and total.value is not None and part.value > total.value:
        return None
    known = part.value is not None and bool(total.value)
    return Figure(
        measure=measure,
        column=table.header.letter(key),
        positive=whole(part),
        responses=whole(total),
        score=part.value / total.value if known and part.value is not None and total.value else None,
        suppressed=withheld and not known,
    )
