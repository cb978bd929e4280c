"""Keeping a trust's departments, the services they run, the sites where, and the partners that host them."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import IntegrityError, models, transaction

from departments.models import Department, Partner, Service, Site, TreatmentFunction, Trust, User
from departments.rules import in_words
from departments.services.history import remembered_as_theirs
from departments.services.refusals import Refused

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
@remembered_as_theirs
def add_department(
    *, trust: Trust, name: str, treatment_function: TreatmentFunction, about: str, by: User
) -> Department:
    """Give a trust one more department."""
    department = Department(trust=trust, name=name, treatment_function=treatment_function, about=about)
    _save_under_its_own_name(department)
    return department


@transaction.atomic
@remembered_as_theirs
def add_corporate_services(*, trust: Trust, name: str, about: str, by: User) -> Department:
    """Enter what speaks for the whole trust, so that it can be assessed and the departments can rest on it."""
    department = Department(trust=trust, name=name, about=about, is_corporate=True)
    _save_under_its_own_name(department)
    return department


@transaction.atomic
@remembered_as_theirs
def change_department(
    *, department: Department, name: str, about: str, by: User, treatment_function: TreatmentFunction | None = None
) -> Department:
    """Correct what is said of a department. Decided assessments keep the facts that they were decided on.

    Corporate services have no treatment function, and stay what they are.
    """
    department = _locked(department)
    department.name, department.treatment_function, department.about = name, treatment_function, about
    _save_under_its_own_name(department)
    return department


@transaction.atomic
@remembered_as_theirs
def add_service(*, department: Department, name: str, kind: str, sites: Iterable[Site], by: User) -> Service:
    """Say that a department runs a service at these sites of its trust."""
    service = Service(department=department, name=name, kind=kind)
    _save_under_its_own_name(service)
    service.sites.set(_sites_of_its_trust(department, sites))
    return service


@transaction.atomic
@remembered_as_theirs
def change_service(*, service: Service, name: str, kind: str, sites: Iterable[Site], by: User) -> Service:
    """Correct what is said of a service, and where it is run."""
    service = _locked(service)
    service.name, service.kind = name, kind
    _save_under_its_own_name(service)
    service.sites.set(_sites_of_its_trust(service.department, sites))
    return service


@transaction.atomic
@remembered_as_theirs
def remove_service(*, service: Service, by: User) -> None:
    """Take a service that is no longer run off a department; the history keeps it."""
    Service.objects.filter(pk=service.pk).delete()


@transaction.atomic
@remembered_as_theirs
def add_partner(*, trust: Trust, name: str, kind: str, by: User) -> Partner:
    """List an organisation that hosts a trust's services."""
    partner = Partner(trust=trust, name=name, kind=kind)
    _save_under_its_own_name(partner)
    return partner


@transaction.atomic
@remembered_as_theirs
def change_partner(*, partner: Partner, name: str, kind: str, by: User) -> Partner:
    """Correct what is said of a partner."""
    partner = _locked(partner)
    partner.name, partner.kind = name, kind
    _save_under_its_own_name(partner)
    return partner


@transaction.atomic
@remembered_as_theirs
def remove_partner(*, partner: Partner, by: User) -> None:
    """Take a partner off the list, unless it hosts a site."""
    partner = _locked(partner)
    _refuse_while_used(partner, by_what=sites_of(partner))
    partner.delete()


@transaction.atomic
@remembered_as_theirs
def add_site(
    *, trust: Trust, name: str, kind: str, town: str, postcode: str, partner: Partner | None, by: User
) -> Site:
    """List a place where a trust's services are run."""
    _refuse_a_partner_of_another_trust(trust, partner)
    site = Site(trust=trust, name=name, kind=kind, town=town, postcode=postcode, partner=partner)
    _save_under_its_own_name(site)
    return site


@transaction.atomic
@remembered_as_theirs
def change_site(
    *, site: Site, name: str, kind: str, town: str, postcode: str, partner: Partner | None, by: User
) -> Site:
    """Correct what is said of a site."""
    _refuse_a_partner_of_another_trust(site.trust, partner)
    site = _locked(site)
    site.name, site.kind, site.town, site.postcode, site.partner = name, kind, town, postcode, partner
    _save_under_its_own_name(site)
    return site


@transaction.atomic
@remembered_as_theirs
def remove_site(*, site: Site, by: User) -> None:
    """Take a site off the list, unless a service is run there."""
    site = _locked(site)
    _refuse_while_used(site, by_what=services_at(site))
    site.delete()


def services_at(site: Site) -> list[str]:
    """The services that are run at a site, each with its department."""
    services = Service.objects.filter(sites=site).select_related("department").order_by("department__name", "name")
    return [f"{service.name} ({service.department.name})" for service in services]


def sites_of(partner: Partner) -> list[str]:
    """The sites that a partner hosts."""
    return list(Site.objects.filter(partner=partner).order_by("name").values_list("name", flat=True))


def _locked(row: Row) -> Row:
    """The row as it stands now, ours until the transaction ends; refused when a colleague has removed it."""
    rows: models.QuerySet[Row] = type(row)._default_manager.select_for_update()
    now = rows.filter(pk=row.pk).first()
    if now is None:
        raise Refused(f"{row} is not on the list any more: a colleague has removed it.")
    return now


def _save_under_its_own_name(row: models.Model) -> None:
    """Save a row whose name its trust or department may use once; the database says whether it is taken."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        for constraint in row._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and constraint.name in str(error):
                raise Refused(str(constraint.violation_error_message), field="name") from error
        raise


def _sites_of_its_trust(department: Department, sites: Iterable[Site]) -> list[Site]:
    """These sites, locked so that none is removed meanwhile; refused when one is gone or is another trust's."""
    chosen = {site.pk for site in sites}
    found = Site.objects.select_for_update(no_key=True).filter(pk__in=chosen, trust_id=department.trust_id)
    rows = [site for site in found.order_by("pk") if isinstance(site, Site)]
    if len(rows) < len(chosen):
        raise Refused("A site that you chose is no longer on the trust’s list. Choose again.", field="sites")
    return rows


def _refuse_a_partner_of_another_trust(trust: Trust, partner: Partner | None) -> None:
    if partner and not Partner.objects.select_for_update(no_key=True).filter(pk=partner.pk, trust=trust).exists():
        raise Refused("That partner is no longer on the trust’s list. Choose again.", field="partner")


def _refuse_while_used(row: Site | Partner, *, by_what: list[str]) -> None:
    if by_what:
        raise Refused(f"{row.name} cannot be removed, because these use it: {in_words(by_what)}.")
