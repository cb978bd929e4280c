"""How allauth meets our people: no account without an invitation, roles read with the person, e-mails as rows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest

from departments.models import User
from departments.services.email import queue_email


def is_open_here(user: User) -> bool:
    """Demo accounts, whose password is published, open nothing outside demo mode, whatever the database holds."""
    return settings.DEMO or not user.email.endswith(f"@{settings.DEMO_DOMAIN}")


class PortalBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by e-mail and password, and reads a person's roles in the query that reads the person."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.with_roles().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) and is_open_here(user) else None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        return user if user is not None and is_open_here(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's choices, as this portal makes them."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right. Check both, and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, context)
        queue_email(to=email, subject=message.subject, body=message.body)
