"""The end of a file: by a rule of retention, against no hold, and written into a log that nobody can change."""

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from departments.models import User
from departments.services.refusals import Refused
from files.models import Destruction, File, LegalHold
from files.rules import SETTLED, FileState, Use, holding, rule_that_ends
from files.services.above import tell_who_counts, what_rests_on
from files.services.contents import remove_unused, remove_what_nothing_uses
from files.services.leftovers import sweep_leftovers
from files.services.retention import retention_rules

BATCH = 200

log = structlog.get_logger(__name__)


class Kept(Refused):
    """A file that may not be destroyed now, with the reasons."""


@transaction.atomic
def destroy(*, file: File, rule: str, reason: str, by: User | None) -> Destruction:
    """Destroy a file's bytes, its pages and their pictures by a rule (its code in `files/data/retention.yaml`).

    Its row stays, without them. Content that somebody else sent as well stays for them. `by` is nobody when its time
    is up. Raises Kept while a legal hold covers it, or something rests on it that the rule does not override.
    """
    retention_rules()[rule]  # a rule that is not there destroys nothing
    row = File.objects.select_for_update(of=("self",)).select_related("blob", "department__trust").get(pk=file.pk)
    refuse_what_is_kept(row, rule)
    blob = row.blob
    assert blob is not None
    now = timezone.now()
    row.state, row.blob = FileState.DESTROYED, None
    row.patient_signs = []  # they quote what stood around each sign
    row.save(update_fields=["state", "blob", "patient_signs"])
    remove_unused(pk=blob.pk)
    # Of others of its trust: that another trust has the same content is for nobody here to know.
    shared = File.objects.filter(blob=blob, department__trust=row.department.trust).exists()
    done = Destruction.objects.create(
        file=row, department=row.department, name=row.name, size=row.size, sha256=blob.sha256 or "", rule=rule,
        reason=reason, shared=shared, by=by, at=now,
    )  # fmt: skip
    tell_who_counts(row)
    log.warning("file_destroyed", file=row.pk, rule=rule, sha256=blob.sha256, by=by and by.pk)
    return done


def refuse_what_is_kept(file: File, rule: str) -> None:
    if file.state == FileState.DESTROYED:
        raise Kept("This file is destroyed already.")
    if LegalHold.objects.over(file.department).exists():
        # Its reason is for those who run the trust, and not for everybody who may remove a file.
        raise Kept("A legal hold keeps this file. Ask your trust’s administrator.")
    held = holding(what_rests_on([file])[file.pk], rule=rule, today=timezone.localdate())
    if held:
        raise Kept(*(why_it_is_kept(use) for use in held))


def why_it_is_kept(use: Use) -> str:
    until = f" It is kept until {date_format(use.until, 'j F Y')}." if use.until else ""
    return f"{use.words[0].upper()}{use.words[1:]} rests on this file.{until}"


def destroy_what_is_due() -> int:
    """Destroy every file whose time is up, and every content that nothing uses; how many files were destroyed.

    Each in a transaction of its own: one that fails stops none of the others. What a hold keeps is passed over.
    """
    destroyed = 0
    rules = retention_rules()
    rows = File.objects.filter(state__in=SETTLED).select_related("department").order_by("pk")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:BATCH]):
        uses = what_rests_on(some)
        for file in some:
            rule = due(file, uses[file.pk])
            if rule and not LegalHold.objects.over(file.department).exists():
                destroyed += try_to_destroy(file, rule)
        last = some[-1].pk
    removed = remove_what_nothing_uses(days=rules["content"].days)
    sweep_leftovers()
    log.info("destruction_ended", files=destroyed, contents=removed)
    return destroyed


def due(file: File, uses: Sequence[Use]) -> str:
    """The rule by which a file's time is up today; empty when it is not."""
    today, rule = timezone.localdate(), rule_that_ends(file.state, uses)
    if rule is None or holding(uses, rule=rule, today=today):
        return ""
    if rule in ("unused", "refused"):
        began = timezone.localdate(file.checked_at if rule == "refused" and file.checked_at else file.sent_at)
        return rule if retention_rules()[rule].until(began) <= today else ""
    return rule


def try_to_destroy(file: File, rule: str) -> bool:
    ended = retention_rules()[rule]
    try:
        destroy(file=file, rule=rule, reason=f"Its time was up: {ended.how_long}.", by=None)
    except Kept as kept:
        log.info("file_kept", file=file.pk, reason=kept.reason)
        return False
    except Exception:  # whatever stops one, the others go on
        log.exception("file_not_destroyed", file=file.pk)
        return False
    return True
