"""The columns by which files say whose a row is: the trust, its site, its ward and specialties, and when."""

from feedback.reading.headers import Column
from feedback.reading.tables import CODE, NAME, PERIOD, SITE, SITE_CODE, WARD

TRUST_COLUMNS = (
    Column(
        CODE,
        "Trust Code",
        ("Org code", "Organisation code", "Provider code", "ODS code", "Org ID", "Trust", "Trust ODS code"),
    ),
    Column(NAME, "Trust Name", ("Org name", "Organisation name", "Provider name", "Organisation")),
    Column(PERIOD, "Period", ("Month", "Reporting month", "Reporting period", "Period name", "Month and year")),
)
PLACE_COLUMNS = (
    *TRUST_COLUMNS,
    Column(SITE_CODE, "Site Code", ("Hospital code", "Location code", "Site ODS code")),
    Column(SITE, "Site Name", ("Site", "Hospital", "Hospital name", "Location")),
    Column(WARD, "Ward Name", ("Ward", "Ward or clinic", "Clinic", "Ward/clinic")),
    Column("specialty_1", "First Speciality", ("First specialty", "Specialty", "Speciality", "Main specialty")),
    Column("specialty_2", "Second Speciality", ("Second specialty",)),
)
