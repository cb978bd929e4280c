"""What a visit has covered, and what it has not: decided from plain values, in plain words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils import timezone


class Level(TextChoices):
    """Where in or around a department somebody stands whom the assessor meets."""

    SENIOR = "senior_management", "Senior management"
    OPERATIONAL = "operational", "Operational"
    FRONT_LINE = "front_line", "Front-line"
    PATIENTS = "patients", "Patients and carers"
    PARTNERS = "partners", "Partners"


WHOM = {
    Level.SENIOR: "senior management",
    Level.OPERATIONAL: "operational managers",
    Level.FRONT_LINE: "front-line staff",
    Level.PATIENTS: "patients and carers",
    Level.PARTNERS: "partners",
}


class Seen(TextChoices):
    """What became of a stop or a meeting that was planned. Empty: nobody has said yet."""

    YES = "yes", "Yes"
    NO = "no", "No"


@dataclass(frozen=True)
class Place:
    """A service, a site or a service at a site, and the partner whose site it is."""

    service: str = ""
    site: str = ""
    partner: str = ""


@dataclass(frozen=True)
class Met:
    """Somebody, or a group, whom the assessor met."""

    level: str
    post: str
    count: int = 1


@dataclass(frozen=True)
class Covered:
    """What was reached, and whole sentences on what was not."""

    services: tuple[str, ...]
    sites: tuple[str, ...]
    partners: tuple[str, ...]
    levels: Mapping[str, tuple[Met, ...]]
    heard: tuple[str, ...]  # elements with something to see, of which there is a note
    gaps: tuple[str, ...]


def cover_visit(
    *,
    services: Iterable[str],
    sites: Mapping[str, str],
    stops: Iterable[Place],
    met: Iterable[Met],
    told: Iterable[str],
    noted: Iterable[str],
) -> Covered:
    """`services` and `sites` (each with its partner, or "") are the department's; `stops` and `met` are those seen and
    met; `told` are the elements with something to see on the visit, and `noted` those with a note."""
    seen, people, notes = list(stops), list(met), set(noted)
    levels = {level.value: tuple(one for one in people if one.level == level) for level in Level}
    all_services, told = list(services), list(told)
    all_partners = _once(partner for partner in sites.values() if partner)
    seen_services = _once(place.service for place in seen if place.service)
    seen_sites = _once(place.site for place in seen if place.site)
    seen_partners = _once(place.partner for place in seen if place.partner)
    partners_met = seen_partners or levels[Level.PARTNERS]
    needed = [level for level in Level if level != Level.PARTNERS or (all_partners and not partners_met)]
    gaps = [f"Nobody was met from {WHOM[level]}." for level in needed if not levels[level]]
    gaps += [f"{name} was not seen." for name in all_services if name not in seen_services]
    gaps += [f"No place was seen of {name}, a partner." for name in all_partners if name not in seen_partners]
    gaps += [f"{name} was not visited." for name in sites if name not in seen_sites and not sites[name]]
    if silent := [number for number in told if number not in notes]:
        gaps.append(f"No note on what the department wanted to show for {_listed(silent)}.")
    heard = tuple(number for number in told if number in notes)
    return Covered(seen_services, seen_sites, seen_partners, levels, heard, tuple(gaps))


def wrong_day(day: date, *, took_place: bool, today: date) -> str:
    """Why a visit cannot be on this day; nothing when it can."""
    if took_place and day > today:
        return "You said that this visit has taken place, so its days cannot be after today."
    if not took_place and day < today:
        return f"{day.day} {day:%B %Y} is in the past. Choose today or a day to come."
    return ""


def current_stop(stops: Iterable[tuple[int, date, datetime]], now: datetime) -> int | None:
    """Where the assessor is by the plan: the last stop that has begun today, else the next one, else the last of all.

    `stops` are ids with their day and the moment at which they begin, in order.
    """
    ordered, today = list(stops), timezone.localdate(now)
    begun = [pk for pk, day, at in ordered if day == today and at <= now]
    ahead = [pk for pk, _, at in ordered if at > now]
    found = begun[-1:] or ahead[:1] or [pk for pk, _, _ in ordered][-1:]
    return found[0] if found else None


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _listed(numbers: list[str], most: int = 12) -> str:
    """Elements in words: the first dozen by number, and how many more."""
    shown, more = numbers[:most], len(numbers) - most
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
