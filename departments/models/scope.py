"""Whose a row is: what the policy needs to know of any row to say which roles somebody has over it."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Scope:
    """The trust, department and certification body that a row belongs to, and who was assigned to assess it."""

    trust_id: int | None = None
    department_id: int | None = None
    body_id: int | None = None
    assessor_ids: frozenset[int] = field(default_factory=frozenset)


class Scoped(Protocol):
    """A row that says whose it is."""

    def scope(self) -> Scope: ...
