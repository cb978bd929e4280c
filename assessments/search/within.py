"""Where somebody may look: the rows that they may see, narrowed by what they asked for. Every hit comes from here."""

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from assessments.models import Evidence, EvidenceService, EvidenceUse, EvidenceVersion, Finding, Statement
from assessments.models.assessment import open_to_reviewers
from assessments.models.evidence import EvidenceQuerySet, EvidenceVersionQuerySet
from assessments.search.asked import Asked
from departments.models import User
from departments.rules import Role
from files.rules import FileState, may_be_served


def evidence_of(user: User, asked: Asked) -> EvidenceQuerySet:
    """Evidence that somebody may see, and knows of."""
    rows = Evidence.objects.to_search(user)
    if asked.assessment or asked.element:
        rows = rows.filter(pk__in=uses_of(user, asked).values("evidence"))
    if asked.year:
        rows = rows.filter(
            pk__in=EvidenceVersion.objects.to_search(user).filter(dated__year=asked.year).values("evidence")
        )
    return rows.filter(about(asked))


def uses_of(user: User, asked: Asked) -> QuerySet[EvidenceUse]:
    """What evidence is put to in the assessments that somebody may see."""
    rows = EvidenceUse.objects.visible_to(user).filter(of_element(asked), about(asked, "evidence__"))
    rows = rows.filter(version__dated__year=asked.year) if asked.year else rows
    return rows.filter(assessment=asked.assessment) if asked.assessment else rows


def versions_of(user: User, asked: Asked) -> EvidenceVersionQuerySet:
    """Versions whose file somebody may have now.

    A department is shown what is current, and older versions when it asks for them. Reviewers are shown what their
    assessment rests on, whatever is current by now.
    """
    served = [state for state in FileState if may_be_served(state, must_be_scanned=settings.EVIDENCE_MUST_BE_SCANNED)]
    rows = EvidenceVersion.objects.to_search(user).with_open_content(user)
    rows = rows.filter(about(asked, "evidence__"), file__state__in=served)
    if asked.assessment or asked.element:
        rows = rows.filter(pk__in=uses_of(user, asked).values("version"))
    elif not asked.old:
        current = Q(evidence__current=F("pk"))
        if user.bodies_as(Role.ASSESSOR, Role.CERTIFIER):
            reviewed = EvidenceUse.objects.filter(assessment__in=open_to_reviewers(user))
            current |= Q(pk__in=reviewed.values("version"))
        rows = rows.filter(current)
    return rows.filter(dated__year=asked.year) if asked.year else rows


def statements_of(user: User, asked: Asked) -> QuerySet[Statement]:
    rows = Statement.objects.visible_to(user).filter(of_assessment(asked), of_element(asked))
    return rows.filter(resting_on(asked)) if asked.service or asked.owner else rows


def findings_of(user: User, asked: Asked) -> QuerySet[Finding]:
    rows = Finding.objects.visible_to(user).filter(of_assessment(asked), of_element(asked))
    return rows.filter(resting_on(asked)) if asked.service or asked.owner else rows


def of_element(asked: Asked) -> Q:
    """Of this element, or of any element of this criterion or sub-criterion."""
    number = asked.element
    return Q(element__number=number) | Q(element__number__startswith=f"{number}.") if number else Q()


def of_assessment(asked: Asked) -> Q:
    of = Q(assessment=asked.assessment) if asked.assessment else Q()
    return of & Q(assessment__opened_at__year=asked.year) if asked.year else of


def about(asked: Asked, evidence: str = "") -> Q:
    """Kept by somebody of such a name, about a service of such a name; both may be misspelt."""
    kept = Q(**{f"{evidence}owner__trigram_word_similar": asked.owner}) if asked.owner else Q()
    if not asked.service:
        return kept
    services = EvidenceService.objects.filter(service__name__trigram_word_similar=asked.service)
    return kept & Q(**{f"{evidence}pk__in": services.values("evidence")})


def resting_on(asked: Asked) -> Exists:
    """On an element that evidence of such an owner, about such a service, supports in the same assessment."""
    uses = EvidenceUse.objects.filter(assessment=OuterRef("assessment"), element=OuterRef("element"))
    return Exists(uses.filter(about(asked, "evidence__")))
