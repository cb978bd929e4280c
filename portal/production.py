"""What a portal in production may not start without, and with."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_production(*, env: Any, secret_key: str, debug: bool, demo: bool) -> None:
    """Production starts only with its secrets set, without DEBUG and without demo accounts."""
    wrong = []
    if not env("SECRET_KEY", default=""):
        wrong.append("SECRET_KEY is not set: give it 50 random characters.")
    elif len(secret_key) < 50:
        wrong.append("SECRET_KEY is shorter than 50 characters: make a longer one.")
    if not env("DATABASE_URL", default=""):
        wrong.append("DATABASE_URL is not set: name the PostgreSQL database.")
    if not env("REDIS_URL", default=""):
        wrong.append("REDIS_URL is not set: name the Redis or Valkey server.")
    if not env.list("ALLOWED_HOSTS", default=[]):
        wrong.append("ALLOWED_HOSTS is not set: name the hosts that this portal answers for.")
    if not env("EMAIL_URL", default=""):
        wrong.append("EMAIL_URL is not set: name the mail server that sends invitations.")
    if debug:
        wrong.append("DJANGO_DEBUG is on: turn it off.")
    if demo:
        wrong.append("PORTAL_DEMO is on: demo accounts have a published password; turn it off.")
    if wrong:
        raise ImproperlyConfigured("This portal will not start in production:\n- " + "\n- ".join(wrong))
