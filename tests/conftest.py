"""The fixed cast of the suite: one trust with its people, a stranger trust beside it, and one certification body."""

import functools
import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from assessments.models import (
    Assessment,
    Challenge,
    CorrectiveAction,
    Evidence,
    EvidenceUse,
    EvidenceVersion,
    Finding,
    MeasureLink,
    PracticeCase,
    Query,
    Standard,
    Statement,
    Visit,
    VisitPerson,
    VisitStop,
)
from assessments.rules import Band, Outcome
from assessments.services import actions, cycle, practice, visit_moves
from assessments.services.challenges import challenge
from assessments.services.evidence import add_evidence, next_version_id
from assessments.services.gaps import figures_have_changed
from assessments.services.queries import ask
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from assessments.services.standards import store_standard
from assessments.services.tallies import recount
from assessments.services.visits import begin_visit
from assessments.visiting import Level
from assessments.workflow import Kind, Move, Stage
from departments.models import (
    Blob,
    CertificationBody,
    Department,
    Invitation,
    Membership,
    Partner,
    Service,
    Site,
    TreatmentFunction,
    Trust,
    User,
)
from departments.rules import PartnerKind, Role, ServiceKind, SiteKind
from departments.services.files import store
from feedback.models import FeedbackImport, Reading, Remark
from feedback.models import Place as FeedbackPlace
from feedback.services.measures import load_measures
from feedback.services.remarks import add_remark
from files.models import File, LegalHold, Page
from files.rules import FileState, PatientData
from files.services import arriving
from files.services.holds import set_hold
from files.services.intake import receive
from reports.models import Report, ReportState
from reports.services import decisions
from tests.assessments.corporate_cast import Corporate, make_corporate
from tests.assessments.years import decided_in
from tests.feedback.cast import make_import, make_place, make_reading, make_unconfirmed

# Playwright's loop runs in this thread, where Django would otherwise refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

PASSWORD = "right-horse-battery"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of a test process: two would each want the thread’s loop for themselves."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is missing: run `make test`, or `apt-get install chromium`."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        )
        yield started
        started.close()
        connections.close_all()  # While Playwright’s loop runs, Django keeps connections of their own for it.


@dataclass
class Place:
    """A trust with one department, as the tests see it."""

    trust: Trust
    department: Department


@functools.cache
def hashed_password() -> str:
    """Everybody's password, hashed once: that is slow on purpose."""
    return make_password(PASSWORD)


def make_person(name: str, *roles: tuple[Role, Trust | Department | CertificationBody]) -> User:
    """Somebody whose e-mail is `name@example.org`, holding these roles over these places."""
    person = User.objects.create(
        email=f"{name}@example.org", name=name.replace(".", " ").title(), password=hashed_password()
    )
    for role, place in roles:
        field = {Trust: "trust", Department: "department", CertificationBody: "body"}[type(place)]
        Membership.objects.create(user=person, role=role, **{field: place})
    return person


@pytest.fixture
def body(db) -> CertificationBody:
    return CertificationBody.objects.create(name="Assured Service Certification")


@pytest.fixture
def here(body: CertificationBody) -> Place:
    """Whittington Health and its Cardiology department."""
    TreatmentFunction.objects.create(code="320", name="Cardiology Service", short_name="Cardiology")
    trust = Trust.objects.create(
        ods_code="RKE", name="Whittington Health NHS Trust", type="acute", region="London", body=body,
        icb_code="QMJ", icb_name="NHS North Central London Integrated Care Board",
    )  # fmt: skip
    department = Department.objects.create(trust=trust, name="Cardiology", treatment_function_id="320")
    return Place(trust, department)


@pytest.fixture
def elsewhere(here: Place) -> Place:
    """Another trust, of another certification body: its people must never see anything of `here`."""
    other_body = CertificationBody.objects.create(name="Other Certification")
    trust = Trust.objects.create(
        ods_code="RAL", name="Royal Free London NHS Foundation Trust", type="acute", region="London", body=other_body,
        icb_code="QMJ", icb_name="NHS North Central London Integrated Care Board",
    )  # fmt: skip
    return Place(trust, Department.objects.create(trust=trust, name="Cardiology", treatment_function_id="320"))


@pytest.fixture
def services_and_sites(here: Place) -> list[Service]:
    """A ward at the hospital and an anticoagulant clinic in a partner's surgery."""
    partner = Partner.objects.create(trust=here.trust, name="Islington GP Federation", kind=PartnerKind.GP_PRACTICE)
    hospital = Site.objects.create(trust=here.trust, name="Whittington Hospital", kind=SiteKind.HOSPITAL)
    surgery = Site.objects.create(
        trust=here.trust, partner=partner, name="River Place Surgery", kind=SiteKind.GP_SURGERY
    )
    ward = Service.objects.create(department=here.department, name="Montuschi Ward", kind=ServiceKind.INPATIENT_WARD)
    ward.sites.add(hospital)
    clinic = Service.objects.create(
        department=here.department, name="Anticoagulant clinic", kind=ServiceKind.ANTICOAGULANT_CLINIC
    )
    clinic.sites.add(surgery)
    return [ward, clinic]


@pytest.fixture
def people(here: Place, elsewhere: Place, body: CertificationBody) -> dict[str, User]:
    """One person a role here; one a role at the other trust and body (`….elsewhere`); `stranger` holds no role."""
    other_body = elsewhere.trust.body
    assert other_body is not None
    cast: dict[str, tuple[Role, Trust | Department | CertificationBody]] = {
        "lead": (Role.LEAD, here.department),
        "contributor": (Role.CONTRIBUTOR, here.department),
        "executive": (Role.EXECUTIVE, here.trust),
        "administrator": (Role.ADMINISTRATOR, here.trust),
        "assessor": (Role.ASSESSOR, body),
        "assessor.unassigned": (Role.ASSESSOR, body),
        "certifier": (Role.CERTIFIER, body),
        "lead.elsewhere": (Role.LEAD, elsewhere.department),
        "contributor.elsewhere": (Role.CONTRIBUTOR, elsewhere.department),
        "executive.elsewhere": (Role.EXECUTIVE, elsewhere.trust),
        "administrator.elsewhere": (Role.ADMINISTRATOR, elsewhere.trust),
        "assessor.elsewhere": (Role.ASSESSOR, other_body),
        "certifier.elsewhere": (Role.CERTIFIER, other_body),
    }
    made = {name: make_person(name, held) for name, held in cast.items()}
    return {**made, "stranger": make_person("stranger")}


@pytest.fixture
def signed_in(people: dict[str, User]):
    """`signed_in("lead")` is a browser in which the lead has signed in."""

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(people[who])
        return client

    return sign_in


@pytest.fixture
def root() -> Path:
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def standard(db) -> Standard:
    """The published standard, as it is bundled: 57 elements."""
    return store_standard(written=read_standard(BUNDLED_STANDARD), name="cse_standard.yaml")[0]


@pytest.fixture
def preparing(here: Place, people: dict[str, User], standard: Standard) -> Assessment:
    """Just opened: 57 empty statements."""
    return cycle.open_assessment(department=here.department, title="Recertification 2026", by=people["lead"])


@pytest.fixture
def written(preparing: Assessment) -> Assessment:
    """Every statement is written and rated Compliant, with something to see on the visit: ready to submit."""
    for statement in preparing.statements.select_related("element"):
        number = statement.element.number
        Statement.objects.filter(pk=statement.pk).update(
            text=f"What we do for {number}.", band=Band.COMPLIANT, tell_me=f"Ask the sister about {number}.", version=1
        )
    recount(preparing)
    return Assessment.objects.get(pk=preparing.pk)


@pytest.fixture
def submitted(written: Assessment, people: dict[str, User]) -> Assessment:
    return cycle.submit(assessment=written, by=people["lead"])


@pytest.fixture
def assigned(submitted: Assessment, people: dict[str, User]) -> Assessment:
    """Assigned to the assessor, who has not declared their interests yet: 57 empty findings that wait."""
    return cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])


@pytest.fixture
def in_review(assigned: Assessment, people: dict[str, User]) -> Assessment:
    """Declared, with nothing in the way: the assessor can write."""
    declare(assigned, people["assessor"])
    return Assessment.objects.get(pk=assigned.pk)


@pytest.fixture
def in_conflict(assigned: Assessment, people: dict[str, User]) -> Assessment:
    """The assessor declared an interest, and no certifier has answered yet."""
    declare(assigned, people["assessor"], has_interest=True, details="My sister is a nurse on Montuschi Ward.")
    return Assessment.objects.get(pk=assigned.pk)


def declare(assessment: Assessment, assessor: User, *, has_interest: bool = False, details: str = "") -> None:
    """Sign the declaration: never worked there."""
    cycle.sign(
        assessment=assessment, worked_there=False, worked_until=None, has_interest=has_interest, details=details,
        signed_name=assessor.name, by=assessor,
    )  # fmt: skip


@pytest.fixture
def visit_in_plan(in_review: Assessment, people: dict[str, User]) -> Visit:
    """A plan that the department has not been told of: one stop today, and the ward sister to meet there."""
    today = timezone.localdate()
    visit = begin_visit(assessment=in_review, day=today, took_place=False, places=[], by=people["assessor"])
    stop = VisitStop.objects.create(visit=visit, day=today, time=time(9, 30), place="The ward")
    VisitPerson.objects.create(visit=visit, stop=stop, level=Level.FRONT_LINE, post="Ward sister", name="Ama Boateng")
    return visit


@pytest.fixture
def visit_planned(visit_in_plan: Visit, people: dict[str, User]) -> Assessment:
    return visit_moves.announce(visit=visit_in_plan, by=people["assessor"]).assessment


@pytest.fixture
def visit(visit_planned: Assessment) -> Visit:
    """The visit that the department knows of."""
    return Visit.objects.get(pk=visit_planned.pk)


@pytest.fixture
def visit_stop(visit: Visit) -> VisitStop:
    return VisitStop.objects.get(visit=visit)


@pytest.fixture
def visit_person(visit: Visit) -> VisitPerson:
    return VisitPerson.objects.get(visit=visit)


@pytest.fixture
def visited(visit_planned: Assessment, people: dict[str, User]) -> Assessment:
    return cycle.go(assessment=visit_planned, move=Move.CLOSE_VISIT, by=people["assessor"])


@pytest.fixture
def drafted(visited: Assessment, people: dict[str, User]) -> Assessment:
    """The draft report: every finding is written, 9 Compliance Plus, 45 Compliant, 3 Partially Compliant."""
    in_review = cycle.go(assessment=visited, move=Move.DRAFT, by=people["assessor"])
    findings = in_review.findings.select_related("element").order_by("element__position")
    for position, finding in enumerate(findings):
        band = Band.COMPLIANCE_PLUS if position < 9 else Band.COMPLIANT
        if finding.element.number in ("2.2.3", "3.2.2", "4.3.5"):
            band = Band.PARTIALLY_COMPLIANT
        Finding.objects.filter(pk=finding.pk).update(
            band=band,
            narrative=f"What was found for {finding.element.number}.",
            strengths="Staff speak up for patients." if position < 9 else "",
            improvement="Do this for all." if band == Band.PARTIALLY_COMPLIANT else "",
            good_practice=position < 3,
            version=1,
        )
    words = {
        "method": "A desk review and a visit.",
        "strengths": "Commitment at every level.",
        "recommendation": "An award.",
    }
    cycle.save_summary(assessment=in_review, version=0, by=people["assessor"], **words)
    recount(in_review)
    return Assessment.objects.get(pk=in_review.pk)


@pytest.fixture
def in_factual_check(drafted: Assessment, people: dict[str, User]) -> Assessment:
    """The draft, which proposes an award, is with the department."""
    return cycle.send_draft(assessment=drafted, outcome=Outcome.AWARD, by=people["assessor"])


@pytest.fixture
def challenged(in_factual_check: Assessment, people: dict[str, User]) -> Challenge:
    """The lead says that a fact in the finding on 4.3.5, a partial, is wrong."""
    finding = in_factual_check.findings.get(element__number="4.3.5")
    return challenge(finding=finding, seen=0, text="The survey reached 400 people, not 40.", by=people["lead"])


@pytest.fixture
def proposed(in_factual_check: Assessment, people: dict[str, User]) -> Assessment:
    """The department has checked the facts; an award is proposed."""
    checked = cycle.finish_fact_check(assessment=in_factual_check, by=people["lead"])
    return cycle.propose(assessment=checked, outcome=Outcome.AWARD, by=people["assessor"])


def make_link(department: Department, by: User, *, number: int, title: str = "A page of ours") -> Evidence:
    """A link as evidence of a department, put to no element."""
    first = next_version_id()
    evidence = Evidence.objects.create(
        department=department, number=number, title=title, owner="Webmaster", current_id=first
    )
    EvidenceVersion.objects.create(
        pk=first, evidence=evidence, number=1, link="https://www.example.org/", dated=date(2026, 1, 1), added_by=by,
        added_at=timezone.now(),
    )  # fmt: skip
    return evidence


@pytest.fixture
def evidence_in_preparation(preparing: Assessment, people: dict[str, User]) -> Evidence:
    """A small text file put to 4.3.4 of the assessment that is being prepared."""
    words = io.BytesIO(b"You said the clinic was hard to find. We put up signs.")
    file = receive(file=words, name="You said.txt", department=preparing.department, by=people["lead"])
    File.objects.update(state=FileState.CLEAN, content_type="text/plain", read_at=timezone.now())
    return add_evidence(
        assessment=preparing,
        elements=[preparing.standard.elements.get(number="4.3.4")],
        title="You said, we did",
        owner="Matron",
        dated=date(2026, 3, 1),
        file=file,
        by=people["lead"],
    )


@pytest.fixture
def corporate(here: Place, standard: Standard) -> Corporate:
    """The trust's corporate services, whose assessment in preparation says something of 4.3.4 and shows a file."""
    return make_corporate(here.trust)


@pytest.fixture
def preparing_with_corporate(preparing: Assessment, corporate: Corporate) -> Assessment:
    """The department's assessment in preparation, in a trust with a corporate assessment."""
    return preparing


@pytest.fixture
def evidence_in_review(evidence_in_preparation: Evidence, in_review: Assessment) -> Evidence:
    """The same file, once the assessment is with its assessor."""
    return evidence_in_preparation


@pytest.fixture
def clean_version_in_review(evidence_in_review: Evidence) -> EvidenceVersion:
    """The version that the assessor reads, checked and scanned."""
    File.objects.filter(versions=evidence_in_review.current).update(state=FileState.CLEAN, content_type="text/plain")
    return EvidenceVersion.objects.get(pk=evidence_in_review.current_id)


def a_picture(colour: str) -> Blob:
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(picture, "WEBP")
    return store(file=picture, by=None)


@pytest.fixture
def pictured_version_in_review(clean_version_in_review: EvidenceVersion) -> EvidenceVersion:
    """The version that the assessor reads, with two pages, each with a picture."""
    version = clean_version_in_review
    assert version.file is not None
    assert version.file.blob is not None
    for number, words in ((1, "Signs were put up."), (2, "Fewer people got lost.")):
        Page.objects.create(
            blob=version.file.blob, number=number, label=f"Page {number}", text=words, width=60, height=80,
            picture=a_picture("navy" if number == 1 else "white"), thumbnail=a_picture("red") if number == 1 else None,
        )  # fmt: skip
    File.objects.filter(versions=version).update(pages=2, has_thumbnail=True)
    return EvidenceVersion.objects.get(pk=version.pk)


@pytest.fixture
def renewing(preparing: Assessment, evidence_in_preparation: Evidence, people: dict[str, User]) -> Assessment:
    """An assessment that was decided with one piece of evidence, and a new one in preparation after it."""
    past = timezone.now() - timedelta(days=900)
    Assessment.objects.filter(pk=preparing.pk).update(
        stage=Stage.DECIDED, opened_at=past, decided_at=past, decided_by=people["certifier"], outcome=Outcome.NO_AWARD,
        assessor=people["assessor"], assigned_at=past,
    )  # fmt: skip
    return cycle.open_assessment(
        department=preparing.department, title="Recertification 2029", by=people["lead"], with_evidence=False
    )


@pytest.fixture
def reviewing(here: Place, people: dict[str, User], standard: Standard) -> Assessment:
    """Annual review 1 in preparation, after an award with every element Compliant: 19 of 57 elements are in scope."""
    decided_in(2025, department=here.department, standard=standard, people=people, kind=Kind.RECERTIFICATION)
    return cycle.open_assessment(
        department=here.department, title="Annual review 1 2026", kind=Kind.ANNUAL_REVIEW_1, by=people["lead"]
    )


@pytest.fixture
def renewing_with_old(renewing: Assessment) -> Assessment:
    """The same, where the evidence of the last time is out of date by now."""
    EvidenceVersion.objects.update(valid_until=date(2026, 3, 2))
    return renewing


@pytest.fixture
def file_with_patient_data(evidence_in_preparation: Evidence) -> File:
    """The file of the evidence in preparation, in which an NHS number was found."""
    sign = {"kind": "nhs_number", "page": 2, "line": 7, "masked": "NHS number ending 919", "context": "of patient ••••"}
    File.objects.filter(versions=evidence_in_preparation.current).update(
        patient_data=PatientData.FOUND, patient_signs=[sign]
    )
    return File.objects.get(versions=evidence_in_preparation.current)


@pytest.fixture
def use_in_review(evidence_in_review: Evidence) -> EvidenceUse:
    return evidence_in_review.uses.get()


@pytest.fixture
def query(in_review: Assessment, people: dict[str, User]) -> Query:
    """The assessor asks about 4.3.4, to be answered within a week."""
    return ask(
        assessment=in_review,
        element=in_review.standard.elements.get(number="4.3.4"),
        text="When were the signs put up?",
        due_on=timezone.localdate() + timedelta(days=7),
        by=people["assessor"],
    )


@pytest.fixture
def decided(proposed: Assessment, people: dict[str, User]) -> Assessment:
    """The award is decided: its facts are stored and its report is queued."""
    return decisions.decide(assessment=proposed, outcome=Outcome.AWARD, by=people["certifier"]).assessment


@pytest.fixture
def appealed(decided: Assessment, people: dict[str, User]) -> Assessment:
    return cycle.go(assessment=decided, move=Move.APPEAL, by=people["lead"], reason="4.3.5 was not looked at.")


@pytest.fixture
def paused(in_review: Assessment, people: dict[str, User]) -> Assessment:
    return cycle.go(assessment=in_review, move=Move.PAUSE, by=people["certifier"], reason="The ward is closed.")


@pytest.fixture
def withdrawn(in_review: Assessment, people: dict[str, User]) -> Assessment:
    return cycle.go(assessment=in_review, move=Move.WITHDRAW, by=people["lead"], reason="The department merges.")


@pytest.fixture
def certifier_too(people: dict[str, User], body: CertificationBody) -> User:
    """Another certifier of the same body, who hears appeals."""
    return make_person("certifier.too", (Role.CERTIFIER, body))


@pytest.fixture
def ready_report(decided: Assessment) -> Report:
    """A report whose bytes are stored (not a real PDF: the doors do not read it)."""
    blob = store(file=io.BytesIO(b"%PDF-1.7 for the doors"), by=None)
    Report.objects.filter(assessment=decided).update(
        state=ReportState.READY, blob=blob, pages=1, progress=100, finished_at=timezone.now()
    )
    return Report.objects.get(assessment=decided)


@pytest.fixture
def arriving_file(preparing: Assessment, people: dict[str, User]) -> File:
    """A file of which the lead has sent nothing yet."""
    return arriving.begin(department=preparing.department, name="Complaints.pdf", size=1000, by=people["lead"])


@pytest.fixture
def sent_file(preparing: Assessment, people: dict[str, User]) -> File:
    """A file that the lead has sent, and that is no evidence yet."""
    words = io.BytesIO(b"Minutes of the patients' forum.")
    return receive(file=words, name="Minutes.txt", department=preparing.department, by=people["lead"])


@pytest.fixture
def service(services_and_sites: list[Service]) -> Service:
    return services_and_sites[0]


@pytest.fixture
def partner(services_and_sites: list[Service]) -> Partner:
    return Partner.objects.get()


@pytest.fixture
def site(services_and_sites: list[Service]) -> Site:
    return Site.objects.get(name="River Place Surgery")


@pytest.fixture
def legal_hold(here: Place, people: dict[str, User]) -> LegalHold:
    """A hold on everything of the trust."""
    return set_hold(trust=here.trust, department=None, reason="An inquiry.", by=people["administrator"])


@pytest.fixture
def membership(people: dict[str, User]) -> Membership:
    """The contributor's role."""
    return Membership.objects.get(user=people["contributor"])


@pytest.fixture
def invitation(here: Place, people: dict[str, User]) -> Invitation:
    """An open invitation to contribute."""
    return Invitation.objects.create(
        email="new@example.org",
        role=Role.CONTRIBUTOR,
        department=here.department,
        token_sha256="0" * 64,
        invited_by=people["administrator"],
        expires_at=timezone.now() + timedelta(days=14),
    )


@pytest.fixture
def action(decided: Assessment) -> CorrectiveAction:
    """What the decision asks for on 4.3.5, with neither owner nor day yet."""
    return CorrectiveAction.objects.get(assessment=decided, element__number="4.3.5")


@pytest.fixture
def completed_action(action: CorrectiveAction, people: dict[str, User]) -> CorrectiveAction:
    """The same, when the lead has said that it is done."""
    actions.say_what_is_done(action=action, version=0, done="Everybody is asked now.", evidence=[], by=people["lead"])
    return actions.complete_action(action=action, by=people["lead"])


CASE = {
    "title": "A board that says who waits",
    "what": "A board in the waiting room says how long people wait.",
    "why": "Nobody has to ask.",
    "results": "Complaints about waiting fell from 31 to 4.",
    "contact": "Matron, Outpatients",
}


@pytest.fixture
def practice_case(decided: Assessment, people: dict[str, User]) -> PracticeCase:
    """Good practice that the lead has written and not agreed to publish."""
    finding = Finding.objects.get(assessment=decided, element__number="1.1.1")
    case = practice.case_of_finding(finding=finding, by=people["lead"])
    return practice.write_case(case=case, version=0, by=people["lead"], **CASE)


@pytest.fixture
def consented_case(practice_case: PracticeCase, people: dict[str, User]) -> PracticeCase:
    return practice.consent(case=practice_case, by=people["lead"])


@pytest.fixture
def published_case(consented_case: PracticeCase, people: dict[str, User]) -> PracticeCase:
    return practice.publish(case=consented_case, by=people["certifier"])


@pytest.fixture
def measures(db) -> None:
    """The national measures, as they are bundled."""
    load_measures()


@pytest.fixture
def a_place(services_and_sites: list[Service]) -> FeedbackPlace:
    """Montuschi Ward as files name it, matched to the department's service."""
    return make_place(services_and_sites[0].department.trust, "Montuschi", of=services_and_sites[0])


@pytest.fixture
def undecided_place(here: Place) -> FeedbackPlace:
    """A ward of a file of which nobody has said whose it is."""
    return make_place(here.trust, "Nightingale")


@pytest.fixture
def readings(a_place: FeedbackPlace, measures: None, people: dict[str, User]) -> list[Reading]:
    """Three months of the Friends and Family Test on Montuschi Ward, the last suppressed; last the whole trust's."""
    told = [(date(2026, 7, 1), 80, 100), (date(2026, 8, 1), 94, 100), (date(2026, 9, 1), None, None)]
    made = []
    for month, positive, responses in told:
        brought = make_import(a_place.trust, people["administrator"], month=month)
        made.append(
            make_reading(brought, place=a_place, positive=positive, responses=responses, suppressed=positive is None)
        )
    return [*made, make_reading(brought, positive=900, responses=1000)]


@pytest.fixture
def with_figures(readings: list[Reading], in_review: Assessment) -> Assessment:
    """In review, with what patients say held against the department's bands."""
    figures_have_changed(trust=in_review.department.trust)
    return in_review


@pytest.fixture
def measure_link(standard: Standard, measures: None) -> MeasureLink:
    """What says that the Friends and Family Test of inpatients speaks of 1.3."""
    return MeasureLink.objects.get(standard=standard, measure="fft_inpatient", subcriterion__number="1.3")


@pytest.fixture
def reading(readings: list[Reading], in_review: Assessment) -> Reading:
    """A figure of Montuschi Ward, whose department's assessment is in review."""
    return readings[1]


@pytest.fixture
def reading_of_the_trust(readings: list[Reading], in_review: Assessment) -> Reading:
    """A figure of the trust as a whole."""
    return readings[-1]


@pytest.fixture
def remark(here: Place, people: dict[str, User]) -> Remark:
    """A compliment that the lead entered."""
    return add_remark(
        department=here.department, kind="compliment", theme="bedside_manner", words="The sister sat down to listen.",
        said_on=date(2026, 9, 3), by=people["lead"],
    )  # fmt: skip


@pytest.fixture
def unconfirmed_import(here: Place, measures: None, people: dict[str, User]) -> FeedbackImport:
    """A file that was read; the administrator has to say its period and confirm it."""
    return make_unconfirmed(here.trust, people["administrator"])


@pytest.fixture
def unknown_import(here: Place, measures: None, people: dict[str, User]) -> FeedbackImport:
    """A survey of the trust's own, of which nobody has said what its columns are."""
    return make_unconfirmed(here.trust, people["administrator"], unknown=True)


@pytest.fixture
def imported_file(readings: list[Reading]) -> FeedbackImport:
    """A file whose figures count."""
    return readings[1].feedback_import


@pytest.fixture
def here_with_places(here: Place, a_place: FeedbackPlace, undecided_place: FeedbackPlace) -> Place:
    """The trust, with one ward of its files that is matched and one to be decided."""
    return here
