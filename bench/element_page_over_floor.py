"""How long an element's page takes for who writes its statement, over a signed-in empty page in the same run.

Whole requests through every middleware, as in `page_over_floor`: the page takes turns with the empty page of the same
person. What stands around the element comes after it and is not waited for.
"""

import json
import sys

from django.urls import reverse

import bench._ready  # noqa: F401
from bench._database import measured
from bench._trust import World, build
from bench.page_over_floor import cost, over_floor, signed_in
from departments.models import User

NUMBER = "4.3.4"
LIMIT = 4.0
SIZE = 3


def pages(world: World) -> dict[str, tuple[User, str]]:
    """The lead writes the statement; the executive reads what was decided."""
    return {
        "element_preparing": (world.lead, reverse("assessments:element", args=[world.preparing.pk, NUMBER])),
        "element_decided": (world.executive, reverse("assessments:element", args=[world.decided.pk, NUMBER])),
    }


def measure() -> bool:
    opened = pages(build(departments=SIZE))
    over, milliseconds = over_floor(opened)
    queries = {name: cost(signed_in(user), url)[0] for name, (user, url) in opened.items()}
    detail = {**over, "limit": LIMIT, "queries": queries, "milliseconds": milliseconds}
    value = max(over.values())
    print(json.dumps({"figure": "element_page_over_floor", "value": value, "unit": "ratio", "detail": detail}))
    return value <= LIMIT


if __name__ == "__main__":
    sys.exit(measured(measure, urls="bench._floor"))
