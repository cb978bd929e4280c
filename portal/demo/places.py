"""Builds the demo's people, trusts, departments, services and sites."""

from django.contrib.auth.hashers import make_password

from departments.models import (
    CertificationBody,
    Department,
    Membership,
    Partner,
    Site,
    TreatmentFunction,
    Trust,
    User,
)
from departments.services import organisations as services
from portal.demo import reading
from portal.demo.reading import Written, moment

PASSWORD = "customer-first-2009"  # noqa: S105 - published: demo accounts exist only in demo mode


class NoReferenceData(Exception):
    """The trusts and specialties that the story is about are not loaded."""


def build_people() -> dict[str, User]:
    """Every person of the story by e-mail address; only the accounts have a password, hashed once for all."""
    known = make_password(PASSWORD)
    people = {}
    for email, told in reading.accounts().items():
        people[email] = User.objects.create(email=email, name=told["name"], password=known)
    for email, told in reading.colleagues().items():
        people[email] = User.objects.create(email=email, name=told["name"], password=make_password(None))
    return people


def build_places(people: dict[str, User]) -> None:
    """Trusts with what they run and where, in the name of somebody of each trust."""
    told = reading.organisations()
    body = CertificationBody.objects.get_or_create(name=told["body"]["name"])[0]
    for written in told["trusts"]:
        build_trust(written, body, by=people[keeper_of(written["ods_code"])])


def keeper_of(ods_code: str) -> str:
    """Whoever keeps a trust's departments in the story: its administrator, else the first person of the trust."""
    there = {email: told for email, told in reading.accounts().items() if told["place"].get("trust") == ods_code}
    administrators = [email for email, told in there.items() if told["role"] == "administrator"]
    return [*administrators, *there][0]


def build_trust(written: Written, body: CertificationBody, *, by: User) -> None:
    trust = Trust.objects.filter(ods_code=written["ods_code"]).first()
    if trust is None:
        raise NoReferenceData(f"Trust {written['ods_code']} is not loaded: run `manage.py load_reference` first.")
    trust.body = body
    trust.save()
    partners: dict[str, Partner] = {
        partner["name"]: services.add_partner(trust=trust, name=partner["name"], kind=partner["kind"], by=by)
        for partner in written["partners"]
    }
    sites = {site["name"]: build_site(trust, site, partners, by=by) for site in written["sites"]}
    for told in written["departments"]:
        build_department(trust, told, sites, by=by)


def build_site(trust: Trust, site: Written, partners: dict[str, Partner], *, by: User) -> Site:
    return services.add_site(
        trust=trust,
        name=site["name"],
        kind=site["kind"],
        town=site.get("town", ""),
        postcode=site.get("postcode", ""),
        partner=partners[site["partner"]] if "partner" in site else None,
        by=by,
    )


def build_department(trust: Trust, told: Written, sites: dict[str, Site], *, by: User) -> Department:
    about = told.get("about", "")
    if told.get("is_corporate"):
        return services.add_corporate_services(trust=trust, name=told["name"], about=about, by=by)
    department = services.add_department(
        trust=trust,
        name=told["name"],
        treatment_function=TreatmentFunction.objects.get(code=told["treatment_function"]),
        about=about,
        by=by,
    )
    for service in told["services"]:
        at = [sites[name] for name in service["sites"]]
        services.add_service(department=department, name=service["name"], kind=service["kind"], sites=at, by=by)
    return department


def give_roles(people: dict[str, User]) -> None:
    """Everybody's role, held since before the story begins."""
    since = moment(min(told["dates"]["opened"] for told in reading.assessments()).replace(month=1, day=6), 9)
    for email, told in {**reading.accounts(), **reading.colleagues()}.items():
        Membership.objects.create(user=people[email], role=told["role"], valid_from=since, **over(told["place"]))


def over(place: dict[str, str]) -> dict[str, Trust | Department | CertificationBody]:
    """The place of a role, as a membership names it."""
    if "department" in place:
        department = Department.objects.get(trust__ods_code=place["trust"], name=place["department"])
        return {"department": department}
    if "trust" in place:
        return {"trust": Trust.objects.get(ods_code=place["trust"])}
    return {"body": CertificationBody.objects.get(name=place["body"])}
