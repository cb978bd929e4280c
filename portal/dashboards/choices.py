"""What somebody asked of a trust's dashboard: filters, an order, a time and a year to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from assessments.workflow import Stage
from portal.dashboards.figures import CORPORATE, Standing

NOT_ASSESSED, CERTIFIED, UNDER_WAY = "none", "certified", "under_way"
STAGES = {
    CERTIFIED: "Certified",
    UNDER_WAY: "Under way",
    **{stage.value: stage.label for stage in Stage},
    NOT_ASSESSED: "No assessment yet",
}
SORTS = {"name": "Department", "stage": "Stage", "due": "Due", "share": "Share at or above Compliant"}
CORPORATE_CODE = "corporate"


@dataclass(frozen=True)
class Choices:
    """What makes no sense was left out: an empty word or None asks for everything, by name, as it stands today."""

    stage: str = ""
    type: str = ""
    site: int | None = None
    criterion: str = ""
    year: int | None = None
    compare: int | None = None
    sort: str = "name"

    @property
    def query(self) -> str:
        """The same choices as the query of an address; empty when there are none."""
        said = {name: value for name, value in vars(self).items() if value and (name, value) != ("sort", "name")}
        return f"?{urlencode(said)}" if said else ""


def choices(asked: Mapping[str, str], today: date) -> Choices:
    """From the query of an address."""
    stage, sort, site = (asked.get(name, "") for name in ("stage", "sort", "site"))
    year = a_year(asked.get("year", ""))
    compare = a_year(asked.get("compare", ""))
    return Choices(
        stage=stage if stage in STAGES else "",
        type=asked.get("type", "").replace("\0", "")[:20],
        site=int(site) if site.isascii() and site.isdigit() and len(site) < 18 else None,
        criterion=asked.get("criterion", "")[:20],
        year=year if year and year < today.year else None,
        compare=compare if compare and compare < today.year and compare != year else None,
        sort=sort if sort in SORTS else "name",
    )


def a_year(written: str) -> int | None:
    return int(written) if len(written) == 4 and written.isascii() and written.isdigit() and written > "1900" else None


def chosen(every: Iterable[Standing], asked: Choices) -> list[Standing]:
    """The departments that are asked for."""
    return [
        row
        for row in every
        if asked.stage in {"", *stages_of(row)}
        and asked.type in ("", code_of(row))
        and (asked.site is None or any(site.pk == asked.site for site in row.sites))
    ]


def stages_of(row: Standing) -> set[str]:
    """Every stage by which a department is found."""
    found = {one.stage.value for one in row.assessments} or {NOT_ASSESSED}
    found |= {CERTIFIED} if row.certified_until else set()
    return found | ({UNDER_WAY} if row.under_way else set())


def code_of(row: Standing) -> str:
    """What sort of department it is, as an address says it."""
    return CORPORATE_CODE if row.is_corporate else row.code


def types(every: Iterable[Standing]) -> dict[str, str]:
    """The sorts of departments that a trust has, by name."""
    found = {code_of(row): CORPORATE if row.is_corporate else row.function for row in every}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def sites(every: Iterable[Standing]) -> dict[int, str]:
    """The sites at which its departments run services, by name."""
    found = {site.pk: site.name for row in every for site in row.sites}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))
