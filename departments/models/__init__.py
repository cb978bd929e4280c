"""What the ground floor remembers."""

from departments.models.drafts import Draft
from departments.models.email import OutgoingEmail
from departments.models.files import CHUNK_BYTES, Blob, BlobChunk
from departments.models.notices import Digest, MailWishes, Notice
from departments.models.organisations import (
    CertificationBody,
    Department,
    Partner,
    Service,
    Site,
    TreatmentFunction,
    Trust,
)
from departments.models.people import Held, Invitation, Membership, User
from departments.models.scope import Scope, Scoped

__all__ = [
    "CHUNK_BYTES",
    "Blob",
    "BlobChunk",
    "CertificationBody",
    "Department",
    "Digest",
    "Draft",
    "Held",
    "Invitation",
    "MailWishes",
    "Membership",
    "Notice",
    "OutgoingEmail",
    "Partner",
    "Scope",
    "Scoped",
    "Service",
    "Site",
    "TreatmentFunction",
    "Trust",
    "User",
]
