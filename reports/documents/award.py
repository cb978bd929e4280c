"""The award report: stored facts in, a PDF out. The same facts give the same bytes."""

import hashlib
import json
from collections.abc import Callable
from datetime import date

from django.template.loader import render_to_string

from reports.documents.charts import BandRow, bands_by_criterion
from reports.documents.paper import Paper, print_html
from reports.rules import Facts, band_table, elements_of

TEMPLATE = "reports/documents/award.html"
CHARACTERS_A_PAGE = 3400  # of HTML: near enough to foretell the pages for a progress bar
NO_BREAK = "\N{NO-BREAK SPACE}"
MARKS = {
    "compliance_plus": "plus",
    "compliant": "compliant",
    "partially_compliant": "partial",
    "non_compliant": "non",
    "not_applicable": "na",
}


def make_award_report(facts: Facts, *, on_progress: Callable[[int], None]) -> Paper:
    """`on_progress` is told per cent of this work. Raises what WeasyPrint raises."""
    html = award_html(facts)
    on_progress(5)
    return print_html(
        html,
        identifier=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).digest()[:16],
        expected_pages=max(10, len(html) // CHARACTERS_A_PAGE),
        on_progress=lambda percent: on_progress(5 + percent * 95 // 100),
    )


def award_html(facts: Facts) -> str:
    """The report as HTML, from facts alone."""
    titles = {band["code"]: band["title"] for band in facts["bands"]} | {"": "Not rated"}
    criteria = [_criterion(criterion, titles) for criterion in facts["criteria"]]
    by_number = {element["number"]: element for criterion in criteria for element in elements_of(criterion)}
    required = [by_number[number] for number in facts["improvements"]["required"]]
    return render_to_string(
        TEMPLATE,
        {
            **facts,
            "criteria": criteria,
            "dates": {name: _date(day) for name, day in facts["dates"].items()},
            "evidence": [{**entry, "dated": _date(entry["dated"])} for entry in facts["evidence"]],
            "visit": _visit(facts.get("visit")),
            **_safeguards(facts),
            "awarded": facts["outcome"]["code"] == "award",
            "figures": [
                {"count": facts["counts"]["found"].get(code, 0), "title": titles[code]}
                for code in MARKS
                if code != "not_applicable" or facts["counts"]["found"].get(code)
            ],
            "table": band_table(facts),
            "chart": bands_by_criterion(
                [BandRow(f"{row['number']} {row['title']}", row["own"], row["found"]) for row in criteria],
                bands=titles,
                title="Bands by criterion: as the assessor found, and by the department’s own view",
                name="bands",
            ),
            "differing": [element for element in by_number.values() if element["band"] != element["own_band"]],
            "good_practice": [by_number[number] for number in facts["good_practice"]],
            "required": required,
            "suggested": [by_number[number] for number in facts["improvements"]["suggested"]],
        },
    )


def _visit(visit: Facts | None) -> Facts | None:
    """Facts that were stored before visits were planned here have none."""
    return {**visit, "days": [_date(day) for day in visit["days"]]} if visit else None


def _safeguards(facts: Facts) -> Facts:
    """Independence and appeals with real dates; facts that were stored before these were kept have neither."""
    independence = facts.get("independence", {})
    decision = facts.get("decision", {"number": 1})
    return {
        "independence": {
            "declared": [
                {**one, "on": _date(one["on"]), "worked_until": _date(one["worked_until"])}
                for one in independence["declared"]
            ],
            "overrides": [{**one, "on": _date(one["on"])} for one in independence["overrides"]],
        }
        if independence
        else None,
        "decision": {
            **decision,
            "appeals": [
                {
                    **appeal,
                    "made_on": _date(appeal["made_on"]),
                    "heard_on": _date(appeal["heard_on"]),
                    "against": {**appeal["against"], "on": _date(appeal["against"]["on"])},
                }
                for appeal in decision.get("appeals", [])
            ],
        },
    }


def _criterion(criterion: Facts, titles: dict[str, str]) -> Facts:
    return {
        **criterion,
        "subcriteria": [
            {**sub, "elements": [_element(element, titles) for element in sub["elements"]]}
            for sub in criterion["subcriteria"]
        ],
    }


def _element(element: Facts, titles: dict[str, str]) -> Facts:
    return {
        **element,
        "anchor": f"element-{element['number']}",
        "evidence": [{**use, "code": use["code"].replace(" ", NO_BREAK)} for use in element["evidence"]],
        "band_title": titles[element["band"]],
        "mark": MARKS.get(element["band"], "na"),
        "own_band_title": titles[element["own_band"]],
        "own_mark": MARKS.get(element["own_band"], "na"),
    }


def _date(day: str) -> date | None:
    return date.fromisoformat(day) if day else None
