"""Print who may do what as a page: `manage.py print_access > docs/access.md`."""

from typing import Any

from django.core.management.base import BaseCommand

from departments.access import POLICY, Action
from departments.rules import BODY_ROLES, DEPARTMENT_ROLES, ROLE_MEANINGS, TRUST_ROLES, Role

PLACES = {"a department": DEPARTMENT_ROLES, "a trust": TRUST_ROLES, "a certification body": BODY_ROLES}

OPENING = """\
# Who may do what

Printed by `manage.py print_access` from [`departments/access.py`](../departments/access.py), the only place that names
a role together with an action. `tests/test_house.py` fails when this page says something else, and
`tests/test_doors.py` tries every address as every role.

A role is held over one place, from a moment until another, and counts only for what belongs to that place. Somebody
may hold several.
"""

SIGHT = """\
## Who sees which rows

A view finds its row through `visible_to(user)`: whoever does not see it gets 404, as if there were nothing. Whoever
sees it and may not do this with it gets 403.
"""

SEEN = {
    "Contributor, Lead": "their department with its services; its assessments and evidence at every stage, in every "
    "version; of their trust’s corporate assessment the statement on an element, beside their own, and the evidence "
    "that it rests on, in the versions that it rests on: no finding, no draft and nothing to change; what a file says "
    "that may name a patient; of files on their way, their own alone; what patients and staff say of their department "
    "and of the trust as a whole",
    "Executive": "every department, assessment and piece of evidence of their trust at every stage, in every version; "
    "what patients and staff say of every place",
    "Trust administrator": "every department of their trust with services and sites; its partners, people and "
    "invitations; its files by name, state and size, its legal holds and what was destroyed, and where a file may name "
    "a patient; its imports of what patients and staff say, with every figure; no assessment, no evidence, and no "
    "file's content",
    "Assessor": "the assessments assigned to them, with the evidence that these rest on, in the versions that they "
    "rest on; what patients and staff say of the departments that they assess; their own declarations of interests; no "
    "other assessment of their body",
    "Certifier": "the trusts that their body serves, with departments and services; assessments of their body once "
    "submitted, with the evidence that these rest on, in the versions that they rest on; what patients and staff "
    "say of these departments; what assessors declared, and what was overridden",
    "Signed in, without a role": "a page that says how to get one",
    "Not signed in": "sign-in, accessibility, privacy, health, and an invitation whose link they hold",
}

CLOSING = """\
What is in a file (the file itself, its pages, their pictures, its place in a ZIP, what a search finds in it) is had by
whoever sees a version that it belongs to, once it is checked, and by nobody while it is on its way, being checked,
quarantined or destroyed. Assessors and certifiers, and departments that look at corporate evidence, wait
longer: until it has been read, and until its department has decided about
text that may name a patient. A search finds only what its row here lets somebody see.

A query, with everything that is said to it, is seen by whoever sees its assessment. A private note is seen by the
assessor who wrote it, while they assess, and by nobody else: no search, export, report or page of others holds it. A
challenge to a finding of the draft report is seen by assessor and certifier, and by the department’s leads while they
may read the findings: from when the draft is sent to them.

What must improve is seen by the department, its trust and whoever sees the assessment that it comes from; an assessor
who reviews the department now, and their certification body, see all that it brings along. What a department gives to
show that it is done is opened to those who check it once it is completed.

The plan of a visit, with whom the assessor means to meet, is seen by whoever sees its assessment, once the department
was told of it; before that by its reviewers alone. Notes of the visit are seen by the assessor. No patient has a name
in either, and no report names anybody who was met.

Whoever reads an assessment reads its department's earlier decisions beside it: outcomes, bands and findings, by the
lineage of the elements, and what the department said of an element in the last one. That goes for its assessor and
certifier too, who need them to see what has changed; the earlier assessments themselves stay shut to them unless they
were theirs.

Published good practice is read by everybody who holds a role, in every trust. Before it is published, and once consent
is withdrawn, a case is seen by its department and its trust; its certification body sees it while the department
consents, and after having returned it.

A figure of what patients or staff say is seen by who runs its trust. A department's leads, contributors and reviewers
see those of its own wards, clinics and sites, and those of the whole trust; reviewers once an assessment of it was
submitted. A ward that nobody has given to a department is seen by the trust's executives and administrators alone.
Remarks are seen like the figures of their department.

A report is seen by whoever sees its assessment, and opened by the roles named above.

Whether something can be written also depends on the stage: see [workflow.md](workflow.md).
"""


def page() -> str:
    return "\n".join([OPENING, *_roles(), *_actions(), SIGHT, *_sight(), CLOSING])


def _roles() -> list[str]:
    lines = ["| role | over | in short |", "|---|---|---|"]
    for place, roles in PLACES.items():
        lines += [f"| {role.label} | {place} | {ROLE_MEANINGS[role]} |" for role in roles]
    return [*lines, ""]


def _actions() -> list[str]:
    lines = ["## Who may do it", "", f"| | {' | '.join(Role.labels)} |", f"|---|{':-:|' * len(Role)}"]
    for action in Action:
        ticks = " | ".join("yes" if role in POLICY[action] else "" for role in Role)
        lines.append(f"| {action.value} | {ticks} |")
    return [*lines, ""]


def _sight() -> list[str]:
    return ["| | sees |", "|---|---|", *(f"| {who} | {what} |" for who, what in SEEN.items()), ""]


class Command(BaseCommand):
    help = "Print docs/access.md: every action, every role, and who sees which rows."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        self.stdout.write(page(), ending="")
