"""How somebody is told of things: the choice of e-mails, no more of them, and notices that have been read."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from departments.access import Action, SignedInRequest, guard_anywhere, public
from departments.forms.emails import EmailsForm
from departments.models import MailWishes
from departments.services import mailing, notices


@guard_anywhere(Action.SEE_HOME)
def your_emails(request: SignedInRequest) -> HttpResponse:
    wishes = MailWishes.objects.filter(user=request.user).first()
    form = EmailsForm(request.POST if request.method == "POST" else None, wishes=wishes)
    if form.is_valid():
        mailing.choose_emails(ways=form.ways, takes_mail=form.cleaned_data["takes_mail"], by=request.user)
        messages.success(request, "Your choice is saved.")
        return redirect("departments:your_emails")
    crumbs = [{"title": "Home", "url": reverse("portal:home")}]
    return render(request, "departments/your_emails.html", {"form": form, "crumbs": crumbs})


@public
@csrf_exempt  # a mail program presses this button too, by RFC 8058; the link's signature says whose e-mails it stops
def stop_emails(request: HttpRequest, token: str) -> HttpResponse:
    """Says nothing of whose link it is: a forwarded e-mail must not tell on its first reader."""
    if mailing.whose_link(token) is None:
        raise Http404
    is_done = request.method == "POST" and mailing.stop_emails(token=token)
    return render(request, "departments/stop_emails.html", {"is_done": is_done})


@guard_anywhere(Action.SEE_HOME)
@require_POST
def read_notices(request: SignedInRequest) -> HttpResponse:
    shown = request.POST.get("until", "")
    notices.mark_read(until=int(shown) if shown.isdecimal() and len(shown) < 18 else 0, by=request.user)
    return redirect("portal:home")
