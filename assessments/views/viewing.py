"""Evidence looked at page by page: a picture of each with its text, on a page of its own or beside the element."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments.models import EvidenceVersion
from assessments.views import breadcrumbs
from departments.access import Action, SignedInRequest, guard
from departments.models import Blob
from departments.views.files import file_response
from files.models import Page

PICTURE_TYPE = "image/webp"


@guard(Action.READ_ASSESSMENT, on=EvidenceVersion)
def page(request: SignedInRequest, version: EvidenceVersion, number: int) -> HttpResponse:
    """One page of the file. What is kept shut, or has no pages, is told by the address of the file itself."""
    if not is_open(request, version):
        return redirect("assessments:version_file", version.pk)
    assert version.file is not None
    shown = find_page(version, number)
    following = reverse("assessments:version_page", args=[version.pk, number + 1])
    context = {
        "version": version,
        "evidence": version.evidence,
        "file": version.file,
        "page": shown,
        "where": where(shown, version.file.pages),
        "previous": reverse("assessments:version_page", args=[version.pk, number - 1]) if number > 1 else "",
        "next": following if number < version.file.pages else "",
        "crumbs": [*breadcrumbs.to_list(), evidence_crumb(version)],
    }
    return render(request, "assessments/evidence_page.html", context)


def where(page: Page, pages: int) -> str:
    """“Page 3 of 8”, “Sheet Waits, 2 of 4”; a file of one page needs no figures."""
    if pages < 2:
        return str(page)
    return f"{page} of {pages}" if str(page).endswith(f" {page.number}") else f"{page}, {page.number} of {pages}"


def evidence_crumb(version: EvidenceVersion) -> dict[str, str]:
    return {
        "title": version.evidence.code,
        "url": reverse("assessments:evidence_detail", args=[version.evidence_id]),
    }


@guard(Action.READ_ASSESSMENT, on=EvidenceVersion)
def picture(request: SignedInRequest, version: EvidenceVersion, number: int) -> HttpResponseBase:
    return picture_response(request, version, find_page(version, number).picture)


@guard(Action.READ_ASSESSMENT, on=EvidenceVersion)
def thumbnail(request: SignedInRequest, version: EvidenceVersion) -> HttpResponseBase:
    pages = Page.objects.filter(blob__files__versions=version, thumbnail__isnull=False).select_related("thumbnail")
    first = pages.defer("words", "text").first()
    return picture_response(request, version, first.thumbnail if first else None)


def picture_response(request: SignedInRequest, version: EvidenceVersion, blob: Blob | None) -> HttpResponseBase:
    """A picture made of a page; 404 where there is none, and while the file itself is kept shut."""
    if blob is None or not is_open(request, version):
        raise Http404
    return file_response(request, blob=blob, filename="page.webp", content_type=PICTURE_TYPE, as_attachment=False)


def is_open(request: SignedInRequest, version: EvidenceVersion) -> bool:
    """Whether this person may see what is in the file now."""
    if version.file is None or not version.file.is_servable:
        return False
    return EvidenceVersion.objects.open_to(request.user).filter(pk=version.pk).exists()


def find_page(version: EvidenceVersion, number: int) -> Page:
    pages = Page.objects.filter(blob__files__versions=version, number=number).select_related("picture", "thumbnail")
    shown = pages.defer("words").first()
    if shown is None:
        raise Http404
    return shown
