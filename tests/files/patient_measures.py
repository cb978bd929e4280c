"""How well the patient-data warning does on made pages: for its tests and `bench/patient_data_warning.py`."""

import random
from collections import Counter
from dataclasses import dataclass

from files.patients import Kind, find_identifiers
from tests.files.patient_texts import SEED, clean_page, listed_page, planted_page


@dataclass(frozen=True)
class Measure:
    """One kind: how many were planted, how many of them were found, and what was pointed out besides."""

    planted: int
    found: int
    false: int

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false)


def measured(*, clean: int, planted: int, seed: int = SEED) -> tuple[dict[Kind, Measure], float]:
    """Each kind over both sets of pages, and how many of 100 clean pages raise an alarm."""
    rng = random.Random(seed)
    there, right, false, alarmed = Counter[Kind](), Counter[Kind](), Counter[Kind](), 0
    for _ in range(clean):
        signs = find_identifiers("\n".join(clean_page(rng)))
        false.update(sign.kind for sign in signs)
        alarmed += bool(signs)
    for number in range(planted):
        page = planted_page(rng) if number % 10 else listed_page(rng)
        told = {(sign.kind, sign.line) for sign in find_identifiers("\n".join(page.lines))}
        there.update(kind for kind, _ in page.signs)
        right.update(kind for kind, _ in page.signs & told)
        false.update(kind for kind, _ in told - page.signs)
    return {kind: Measure(there[kind], right[kind], false[kind]) for kind in Kind}, 100 * alarmed / clean
