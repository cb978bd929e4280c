"""How long twelve years of a department's decisions in one view take, over a signed-in empty page in the same run.

Twelve annual assessments of 57 elements, each with its words. Whole requests through every middleware, against a
database of the figure's own; the page takes turns with the empty page of the same person, and medians are compared.
"""

import json
import sys
from statistics import median

from django.urls import reverse

import bench._ready  # noqa: F401
from assessments.models import Standard
from bench._database import measured
from bench._trust import build, person
from bench.page_over_floor import cost, opened, signed_in
from departments.models import CertificationBody, Department
from departments.rules import Role
from tests.assessments.years import many_years

ROUNDS = 80
WARM = 10
FEW, YEARS = 3, 12
MOST_QUERIES = 5
LIMIT = 4.0


def measure() -> bool:
    """Print the figure; whether the page keeps within its limit, and costs as many queries for three years."""
    world = build(departments=3)
    body = CertificationBody.objects.get()
    people = {role: person(f"{role}.years", role=Role(role), body=body) for role in ("assessor", "certifier")}
    people["lead"] = world.lead
    standard = Standard.objects.get()
    client, floor = signed_in(world.executive), reverse("floor")
    spent, address = {}, ""
    for years in (FEW, YEARS):
        department = Department.objects.create(
            trust=world.trust, name=f"{years} years", treatment_function=world.decided.department.treatment_function
        )
        last = many_years(years, department=department, standard=standard, people=people)
        address = reverse("assessments:history", args=[last.pk])
        spent[years] = cost(client, address)
    turns = [(opened(client, floor), opened(client, address)) for _turn in range(WARM + ROUNDS)][WARM:]
    value = round(median(page / empty for empty, page in turns), 2)
    detail = {
        "limit": LIMIT, "years": YEARS, "queries": {years: numbers[0] for years, numbers in spent.items()},
        "sql_bytes": {years: numbers[1] for years, numbers in spent.items()},
        "page_bytes": len(client.get(address).content), "rounds": ROUNDS,
        "milliseconds": {"page": round(median(page for _, page in turns) * 1000, 2),
                         "floor": round(median(empty for empty, _ in turns) * 1000, 2)},
    }  # fmt: skip
    print(json.dumps({"figure": "history_12_years_over_floor", "value": value, "unit": "ratio", "detail": detail}))
    return value <= LIMIT and all(numbers[0] <= MOST_QUERIES for numbers in spent.values())


if __name__ == "__main__":
    sys.exit(measured(measure, urls="bench._floor"))
