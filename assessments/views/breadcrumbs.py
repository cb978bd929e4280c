"""Where the pages of this floor are: home, the assessments, the one assessment, the element."""

from django.urls import reverse

from assessments.models import Assessment, Element, Visit

Crumbs = list[dict[str, str]]


def to_list() -> Crumbs:
    """The way to one assessment, or to opening one."""
    return [
        {"title": "Home", "url": reverse("portal:home")},
        {"title": "Assessments", "url": reverse("assessments:list")},
    ]


def to_assessment(assessment: Assessment) -> Crumbs:
    """The way to a page within an assessment."""
    title = f"{assessment.department.name}, {assessment.title}"
    return [*to_list(), {"title": title, "url": reverse("assessments:detail", args=[assessment.pk])}]


def to_element(assessment: Assessment, element: Element) -> Crumbs:
    """The way to a page within an element."""
    url = reverse("assessments:element", args=[assessment.pk, element.number])
    return [*to_assessment(assessment), {"title": element.number, "url": url}]


def to_visit(visit: Visit) -> Crumbs:
    """The way to a page within the visit."""
    url = reverse("assessments:visit", args=[visit.pk])
    return [*to_assessment(visit.assessment), {"title": "The visit", "url": url}]
