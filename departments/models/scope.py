"""Whose a row is, and what somebody holds: all that the policy needs to know of a row and a person."""

from dataclasses import dataclass, field
from typing import Protocol

from departments.rules import Role


@dataclass(frozen=True)
class Scope:
    """The trust, department and certification body that a row belongs to, and who was assigned to assess it.

    `lent_in_trust_id` is the trust whose departments may rest on the row, though it belongs to another of them.
    """

    trust_id: int | None = None
    department_id: int | None = None
    body_id: int | None = None
    assessor_ids: frozenset[int] = field(default_factory=frozenset)
    lent_in_trust_id: int | None = None


class HoldsRoles(Protocol):
    """Somebody of whom it is known over which trusts, departments and bodies they hold which roles (ids)."""

    def trusts_as(self, *roles: Role) -> set[int]: ...

    def trusts_of_departments(self) -> set[int]: ...

    def departments_as(self, *roles: Role) -> set[int]: ...

    def bodies_as(self, *roles: Role) -> set[int]: ...


class Scoped(Protocol):
    """A row that says whose it is."""

    def scope(self) -> Scope: ...
