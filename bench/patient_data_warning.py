"""How well the patient-data warning finds what is planted in made pages, how seldom it is wrong, and how fast it is.

The value is the lowest recall of any kind. 1,000 clean pages and 1,000 with identifiers, made from a seed.
"""

import json
import random
import sys
import time

from files.patients import find_identifiers
from tests.files.patient_measures import measured
from tests.files.patient_texts import SEED, clean_page

PAGES = 1000
MEGABYTES = 5
LEAST_RECALL, LEAST_PRECISION, MOST_ALARMS = 0.95, 0.98, 1.0


def seconds() -> float:
    """Processor time of one text of ordinary pages."""
    rng = random.Random(SEED)
    page = "\n".join(line for _ in range(500) for line in clean_page(rng))
    text = (page * (MEGABYTES * 10**6 // len(page) + 1))[: MEGABYTES * 10**6]
    began = time.process_time()
    find_identifiers(text)
    return time.process_time() - began


def main() -> int:
    """Print the figure; 1 when a kind is found too seldom, or an alarm is false too often."""
    kinds, alarms = measured(clean=PAGES, planted=PAGES)
    lowest = min(found.recall for found in kinds.values())
    detail = {
        "kinds": {
            kind: {"planted": found.planted, "recall": round(found.recall, 4), "precision": round(found.precision, 4)}
            for kind, found in kinds.items()
        },
        "alarms_in_100_clean_pages": alarms,
        f"seconds_for_{MEGABYTES}_mb": round(seconds(), 2),
    }
    print(json.dumps({"figure": "patient_signs_recall", "value": round(lowest, 4), "unit": "ratio", "detail": detail}))
    right = lowest >= LEAST_RECALL and alarms <= MOST_ALARMS
    return 0 if right and min(found.precision for found in kinds.values()) >= LEAST_PRECISION else 1


if __name__ == "__main__":
    sys.exit(main())
