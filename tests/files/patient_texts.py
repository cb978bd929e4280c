"""Pages made for measuring the patient-data warning: evidence without patients, and the same with some planted."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from files.patients import Kind

SEED = 20261123
FORENAMES = [
    "Jane",
    "Oluwaseun",
    "Aisha",
    "Tomasz",
    "Siân",
    "Mary-Ann",
    "Patrick",
    "Nkechi",
    "Deniz",
    "Harold",
    "Ivy",
    "Rosalind",
    "Mehmet",
    "Grace",
]
SURNAMES = [
    "Okafor",
    "Smith",
    "O'Neill",
    "Patel",
    "Kowalski",
    "Achebe-Turnbull",
    "Jones",
    "Yilmaz",
    "MacDonald",
    "Begum",
    "Castellane",
    "Ferris",
]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WARDS = ["Archway Ward", "Cardiology clinic", "Echo", "Maternity", "Respiratory", "Pharmacy", "Day surgery"]
PROVIDERS = [
    "gmail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "outlook.com",
    "yahoo.co.uk",
    "icloud.com",
    "btinternet.com",
    "aol.com",
    "live.co.uk",
    "sky.com",
    "virginmedia.com",
    "talktalk.net",
    "googlemail.com",
    "ymail.com",
]


# --- Numbers, dates and people
def nhs_number(rng: random.Random, first: str = "4467") -> str:
    """Ten digits with a right check digit, of the ranges in use."""
    while True:
        nine = rng.choice(first) + f"{rng.randrange(10**8):08}"
        check = -sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
        if check < 10:
            return f"{nine}{check}"


def digits(rng: random.Random, count: int, first: str = "123456789") -> str:
    return rng.choice(first) + "".join(rng.choices("0123456789", k=count - 1))


def day(rng: random.Random, first: int = 2023, last: int = 2026) -> tuple[int, int, int]:
    return rng.randint(1, 28), rng.randint(1, 12), rng.randint(first, last)


def written(rng: random.Random, date: tuple[int, int, int]) -> str:
    d, m, y = date
    return rng.choice(
        [
            f"{d:02}/{m:02}/{y}", f"{d}/{m}/{y}", f"{d:02}-{m:02}-{y}", f"{d:02}.{m:02}.{y}",
            f"{d:02}/{m:02}/{y % 100:02}",
            f"{d} {MONTHS[m - 1]} {y}", f"{d}-{MONTHS[m - 1][:3]}-{y}", f"{d:02} {m:02} {y}", f"{y}-{m:02}-{d:02}",
            f"{d}{'st' if d % 10 == 1 and d != 11 else 'th'} {MONTHS[m - 1]} {y}", f"{MONTHS[m - 1]} {d}, {y}",
        ]
    )  # fmt: skip


def telephone(rng: random.Random) -> str:
    local = digits(rng, 7)
    return rng.choice(
        [
            f"020 7{local[:3]} {local[3:]}", f"0207{local}", f"01865 {local[:6]}", f"01865{local[:6]}",
            f"0161 {local[:3]} {local[3:]}",
            f"07700 900{local[:3]}", f"07{local}00"[:11], f"+44 20 7{local[:3]} {local[3:]}",
            f"+44 (0)161 {local[:3]} {local[3:]}",
            f"+44 300 {local[:3]} {local[3:]}", f"0300 {local[:3]} {local[3:]}", f"0800 {local[:3]} {local[3:]}", "111",
            f"0800 {local[:6]}",
            f"(01204) {local[:6]}", f"016977 {local[:4]}", f"016977{local[:4]}", f"020-7{local[:3]}-{local[3:]}",
        ]
    )  # fmt: skip


def person(rng: random.Random) -> str:
    return f"{rng.choice(FORENAMES)} {rng.choice(SURNAMES)}"


def rows(rng: random.Random, least: int, most: int, row: Callable[[int], str]) -> list[str]:
    return [row(number) for number in range(1, rng.randint(least, most) + 1)]


# --- Evidence without patients
def contacts(rng: random.Random) -> list[str]:
    who = [
        "PALS",
        "Ward clerk",
        "Switchboard",
        "Bleep 4021",
        "Heart Line",
        "Appointments",
        "Interpreters",
        "Hospital number",
    ]
    label = rng.choice(["Tel:", "Telephone", "Phone:", "", "T:", "Ring", "call us on"])
    return ["How to reach us", *rows(rng, 4, 9, lambda _: f"{rng.choice(who)} {label} {telephone(rng)}")]


def organisations(rng: random.Random) -> list[str]:
    codes = ["RKE", "RKE01", "R1H", "E87654", "Y02674", "QMJ", "8JX21", "FA567"]
    return [
        "ODS code,Organisation,Postcode,Since",
        *rows(rng, 5, 12, lambda n: f"{rng.choice(codes)},Surgery {n},N{n} 5NF,{written(rng, day(rng, 1998, 2025))}"),
    ]


def friends_and_family(rng: random.Random) -> list[str]:
    return [
        "Service Very good Good Neither Poor Very poor Replies Per cent",
        *rows(
            rng,
            5,
            9,
            lambda _: (
                f"{rng.choice(WARDS)} {' '.join(str(rng.randint(0, 999)) for _ in range(6))} {rng.randint(70, 99)}%"
            ),
        ),
    ]


def large_table(rng: random.Random) -> list[str]:
    cut = rng.choice(["\t", ",", " ", " | "])
    return [
        cut.join(["Reference", "Raised", "Department", "Value"]),
        *rows(
            rng,
            15,
            60,
            lambda _: cut.join(
                [digits(rng, 10), written(rng, day(rng)), rng.choice(WARDS), f"£{rng.randint(1, 9999)}.00"]
            ),
        ),
    ]


def bare_column(rng: random.Random) -> list[str]:
    return [rng.choice(["Barcode", "ID", "Transaction", "Number"]), *rows(rng, 10, 60, lambda _: digits(rng, 10))]


def business(rng: random.Random) -> list[str]:
    forms = [
        lambda: f"PO {digits(rng, 10)} of {written(rng, day(rng))}",
        lambda: f"Invoice no. {digits(rng, 10)}, £{rng.randint(1, 99)},{rng.randint(100, 999)}.00",
        lambda: f"NHS Supply Chain order {digits(rng, 10)}",
        lambda: f"GMC {digits(rng, 7)}, NMC 08{rng.choice('ABCEI')}{digits(rng, 4)}E",
        lambda: f"ISBN 0{digits(rng, 9)}; ISBN 978-0-{digits(rng, 3)}-{digits(rng, 5)}-{digits(rng, 1)}",
        lambda: f"ISBN {nhs_number(rng, '01')}",
        lambda: f"Charity no. {digits(rng, 7)}; company no. {digits(rng, 8)}; VAT GB {digits(rng, 9)}",
        lambda: f"Sort code {digits(rng, 2)}-{digits(rng, 2)}-{digits(rng, 2)}, account {digits(rng, 8)}",
        lambda: f"GTIN {digits(rng, 14)} (01){digits(rng, 14)}(17)27{digits(rng, 4)}(10){digits(rng, 6)}",
        lambda: f"Extracted at {rng.randint(1_600_000_000, 1_790_000_000)} by version 2.{rng.randint(0, 20)}.7",
        lambda: f"https://www.example.nhs.uk/documents/{digits(rng, 10)}/report-{digits(rng, 6)}.pdf",
        lambda: f"Datix incident {digits(rng, 10)} closed {written(rng, day(rng))}",
        lambda: f"Unit number {rng.randint(1, 40)}, Riverside; unit no 12 {digits(rng, 2)}",
        lambda: f"Contract {digits(rng, 10)}, in force since {written(rng, day(rng, 2001, 2009))}",
        lambda: f"Catalogue {digits(rng, 3)}-{digits(rng, 3)}-{digits(rng, 4)}",
        lambda: f"Job {digits(rng, 10)}: Mr {rng.choice(SURNAMES)} of Estates",
        lambda: f"Mean 0.{digits(rng, 10)}, ratio {rng.random()!r}",
    ]
    return [rng.choice(forms)() for _ in range(rng.randint(4, 9))]


def staff(rng: random.Random) -> list[str]:
    def address(_: int) -> str:
        first, last = rng.choice(FORENAMES).lower(), rng.choice(SURNAMES).lower()
        where = [
            "nhs.net",
            "whittington.nhs.uk",
            "gov.scot",
            "haringey.gov.uk",
            "ucl.ac.uk",
            "hollowell-pharmacy.co.uk",
            "mind.org.uk",
        ]
        boxes = [
            "info",
            "pals",
            "enquiries",
            "heartforum",
            "walking.group",
            "tottenham.choir",
            "volunteers",
            "no-reply",
        ]
        mailbox = f"{rng.choice(boxes)}@{rng.choice(PROVIDERS)}"
        return f"{first.title()} {last.title()}, matron: {rng.choice([f'{first}.{last}@{rng.choice(where)}', mailbox])}"

    return rows(rng, 3, 7, address)


PROSE = (
    "Clerks ask for the date of birth and NHS number on paper, in a low voice, not across the desk.",
    "The NHS was born on 5 July 1948; our clinic was born on 3 March 2009 of a borrowed room.",
    "Babies born between 1 April 2024 and 31 March 2025: 3,412. Women born after 1 September 1957 were invited.",
    "Children born on 1 September 2020 or later are offered the spray.",
    "Patient numbers 2024-25: 12,431. Patient number 10,000 was given flowers. Patients: 4010.",
    "Patient: “I was seen on 12/03/2025 and nobody told me why.” Staff member: we ring on the day now.",
    "The patient line is 0300 123 4567. A patient may ring 020 7946 0320 from 8 to 6.",
    "All 486 patients who attended on 12/03/2025 were asked; 402 441 replied to the NHS survey in 10 years.",
    "Home address and next of kin are checked at each visit. Address: Magdala Avenue, London N19 5NF.",
    "Each letter shows hospital number, NHS number and date of birth. See policy 2024/118, agreed 12 March 2025.",
    "Enter your date of birth, for example 15 3 1984. Enter your NHS number, for example 999 123 4567.",
    "Patient name: ______________  Date of birth: ____/____/______  Hospital no: ____________",
    "Patient name (in capitals) Date of birth NHS number Ward",
    "Patient experience: Very Good. Patient ID checked twice in 98% of 12345 samples.",
    "Reviewed on 12/03/2025 by Dr Jones, born leader of the team, on the birth centre.",
    "Response ID 1049582231 answered “Mrs on the desk was lovely” on 2 May 2025.",
)


def prose(rng: random.Random) -> list[str]:
    return rng.sample(PROSE, rng.randint(3, 7))


BLOCKS = (contacts, organisations, friends_and_family, large_table, bare_column, business, staff, prose)


def clean_page(rng: random.Random) -> list[str]:
    """The lines of a page that names no patient."""
    return [line for block in rng.sample(BLOCKS, rng.randint(2, 4)) for line in ["", *block(rng)]]


# --- Identifiers planted
@dataclass
class Planted:
    """A page's lines and what stands in them: (kind, line from 1)."""

    lines: list[str] = field(default_factory=list)
    signs: set[tuple[Kind, int]] = field(default_factory=set)
    secrets: list[str] = field(default_factory=list)

    def add(self, line: str, **secrets: str) -> None:
        self.lines.append(line)
        self.signs |= {(Kind(kind), len(self.lines)) for kind in secrets}
        self.secrets += secrets.values()


def grouped(number: str, by: str) -> str:
    return f"{number[:3]}{by}{number[3:6]}{by}{number[6:]}"


NHS_LABELS = [
    "NHS number:",
    "NHS No.",
    "NHS no",
    "NHS Number",
    "NHS #",
    "NHS:",
    "nhs num",
    "NHSNo:",
    "NHS ID:",
    "Patient NHS number is",
]
DOB_LABELS = [
    "DOB:",
    "DOB",
    "D.O.B.",
    "d.o.b:",
    "Date of birth:",
    "Date of Birth",
    "date of birth is",
    "Birth date:",
    "Born",
    "born on",
    "DOB (dd/mm/yyyy):",
]
HOSPITAL_LABELS = [
    "Hospital number:",
    "Hospital No.",
    "Hosp no",
    "Hosp. No:",
    "MRN",
    "MRN:",
    "Patient ID:",
    "PAS number",
    "PAS no.",
    "Unit number:",
    "Case note number",
    "Casenote no",
    "Patient number:",
    "Medical record number:",
]
NAME_LABELS = [
    "Patient name:",
    "Patient Name: ",
    "Name of patient:",
    "PATIENT NAME:",
    "Patient: Mrs",
    "Pt: Mr",
    "Patient’s name:",
]
ADDRESS_LABELS = ["Home address:", "Patient address", "Patient’s address:"]
HEADINGS = (
    ["NHS number", "NHS No", "NHS_Number", "nhs number", "NHSNumber", "Patient NHS No."],
    ["DOB", "Date of birth", "D.O.B.", "date_of_birth"],
    ["Hospital number", "MRN", "Patient ID", "Hosp No"],
)


def letter(page: Planted, rng: random.Random) -> None:
    """Labels and values as letters and forms have them."""
    number = nhs_number(rng, "4467" * 9 + "39")
    spelt = rng.choice([number, *(grouped(number, by) for by in (" ", "-", "\u00a0", "  ")), " ".join(number)])
    before, behind = rng.choice(["", "Re: ", "Dear doctor, "]), rng.choice(["", ".", ", seen today"])
    page.add(f"{before}{rng.choice(NHS_LABELS)} {spelt}{behind}", nhs_number=spelt)
    born = written(rng, day(rng, 1925, 2025))
    before, behind = rng.choice(["", "Her ", "Seen in clinic, "]), rng.choice(["", ", lives alone", " (aged 71)"])
    page.add(f"{before}{rng.choice(DOB_LABELS)} {born}{behind}", date_of_birth=born)
    six = digits(rng, 6)
    local = rng.choice([six, f"{six}1", f"{six}28", f"RKE{six}4", f"A{six}", f"{six}B", f"{six[:3]}-{six[3:]}7"])
    page.add(f"{rng.choice(HOSPITAL_LABELS)} {local}", hospital_number=local)
    name = person(rng)
    page.add(f"{rng.choice(NAME_LABELS)} {name}", patient_name=name)
    postcode = f"N{rng.randint(1, 22)} {rng.randint(1, 9)}{rng.choice(['NF', 'QS', 'AB', 'XY'])}"
    page.add(f"{rng.choice(ADDRESS_LABELS)} {rng.randint(1, 99)} Acacia Road, London {postcode}", address=postcode)


def mail(page: Planted, rng: random.Random) -> None:
    first, last = rng.choice(FORENAMES).lower(), rng.choice(SURNAMES).lower().replace("'", "")
    local = rng.choice([f"{first}.{last}", f"{first}{digits(rng, 2)}", f"{last}_{first[0]}", f"{first[0]}.{last}+post"])
    local = local.encode("ascii", "ignore").decode()
    address = f"{local}@{rng.choice(PROVIDERS)}"
    form = rng.choice(
        ["From: {0}", "{1} <{0}>", "write to me at {0}, please", "E-mail:{0}", "{1},{0},yes", "({0})", "{0}."]
    )
    page.add(form.format(address, person(rng)), email=address)
    if rng.random() < 0.3:
        own = f"{local}@{last.replace('-', '')}family.co.uk"
        page.add(f"{rng.choice(['Patient email:', 'Patient e-mail address:', 'Carer email'])} {own}", email=own)


def in_words(page: Planted, rng: random.Random) -> None:
    """Numbers without a label: grouped in a sentence, or bare beside a person."""
    number, born = nhs_number(rng), day(rng, 1925, 2005)
    written_born = f"{born[0]:02}/{born[1]:02}/{born[2]}"
    if rng.random() < 0.5:
        spelt = grouped(number, rng.choice(" -"))
        page.add(
            f"{rng.choice(['Spoke to', 'Complaint from', 'Incident with'])} {person(rng)}, {spelt}, about the wait.",
            nhs_number=spelt,
        )
    else:
        page.add(
            f"{rng.choice(['Mrs', 'Mr', 'Miss'])} {person(rng)} {number} {written(rng, day(rng))}", nhs_number=number
        )
        page.add(f"{person(rng)} {written_born} {number}", nhs_number=number)


def table(page: Planted, rng: random.Random) -> None:
    """An export: every column has a heading, cells are parted by tab, comma, bar or, as from a PDF, by spaces."""
    cut = rng.choice(["\t", ",", " | ", " "])
    heads = ["Name", *(rng.choice(spellings) for spellings in HEADINGS), "Ward"]
    page.add(cut.join(heads))
    style = rng.choice(["", " ", "-"])
    for _ in range(rng.randint(2, 12)):
        number, local, (d, m, y) = grouped(nhs_number(rng), style), digits(rng, 7), day(rng, 1925, 2025)
        born = f"{y}-{m:02}-{d:02} 00:00:00" if cut == "\t" else f"{d:02}/{m:02}/{y}"
        cells = [person(rng), number, born, local, rng.choice(WARDS)]
        page.add(cut.join(cells), nhs_number=number, date_of_birth=born, hospital_number=local)


def listed_page(rng: random.Random) -> Planted:
    """An unlabelled column of bare numbers, which chance would not make right so often."""
    page = Planted()
    for _ in range(rng.randint(4, 20)):
        number = nhs_number(rng)
        page.add(number, nhs_number=number)
    return page


def planted_page(rng: random.Random) -> Planted:
    """A page of ordinary evidence with one or two kinds of places that name patients."""
    page = Planted()
    ways = rng.sample([letter, mail, in_words, table], rng.randint(1, 2))
    for way in ways:
        for line in rng.choice(BLOCKS)(rng):
            page.add(line)
        page.add("")
        way(page, rng)
        for _ in range(3):
            page.add("")
    return page
