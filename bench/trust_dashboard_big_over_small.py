"""How long one trust's dashboard takes beside 219 other trusts over the same dashboard beside three, turn by turn."""

import json
import sys

import bench._ready  # noqa: F401
from bench._national import MOST_QUERIES, ROUNDS, TRUSTS, big_over_small, dashboard, measured

LIMIT = 1.3


def measure() -> bool:
    """Print the figure; whether the number of other trusts makes no difference to speak of."""
    found = big_over_small(lambda: dashboard(1))
    detail = {**found, "limit": LIMIT, "trusts": TRUSTS, "rounds": ROUNDS}
    figure = {"figure": "trust_dashboard_big_over_small", "value": found["ratio"], "unit": "ratio", "detail": detail}
    print(json.dumps(figure))
    return bool(found["ratio"] <= LIMIT) and max(found["queries"].values()) <= MOST_QUERIES


if __name__ == "__main__":
    sys.exit(measured(measure))
