"""What somebody typed into the form of this page: just now, or before their session ended."""

from django.http import QueryDict

from departments.access import SignedInRequest


def typed(request: SignedInRequest) -> QueryDict | None:
    """The data for a form; None when the page is only opened."""
    return request.POST if request.method == "POST" else request.kept_words
