"""Fills the library of good practice: cases of Cardiology's findings, and examples from outside the NHS."""

from assessments.models import Assessment, Element, Finding
from assessments.services.practice import add_from_outside, case_of_finding, consent, publish, write_case
from departments.models import User
from portal.demo.reading import Written, moment

LEAD, CERTIFIER = "lead@demo.example", "certifier@demo.example"
WORDS = ("title", "what", "why", "results")


def share_practice(told: list[Written], people: dict[str, User]) -> None:
    """Each case, as far on its way as the story has it."""
    decided = Assessment.objects.decided_of(department_of_the_story()).select_related("body", "standard").get()
    for written in told:
        if "source" in written:
            add_example(written, decided, by=people[CERTIFIER])
        else:
            tell_case(written, decided, people)


def department_of_the_story() -> int:
    return Assessment.objects.get(department__trust__ods_code="RKE", title="Recertification 2025").department_id


def add_example(written: Written, decided: Assessment, *, by: User) -> None:
    said = {name: written[name] for name in ("source", "organisation", "link", *WORDS)}
    add_from_outside(
        element=Element.objects.get(standard=decided.standard, number=written["element"]),
        body=decided.body,
        by=by,
        at=moment(written["published"], 10),
        **said,
    )


def tell_case(written: Written, decided: Assessment, people: dict[str, User]) -> None:
    finding = Finding.objects.get(assessment=decided, element__number=written["element"])
    case = case_of_finding(finding=finding, by=people[LEAD])
    said = {name: written[name] for name in (*WORDS, "contact")}
    write_case(case=case, version=case.version, by=people[LEAD], **said)
    consent(case=case, by=people[LEAD], at=moment(written["consented"], 10))
    if "published" in written:
        publish(case=case, by=people[CERTIFIER], at=moment(written["published"], 10))
