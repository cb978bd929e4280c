"""The roof: settings, addresses, sign-in, dashboards and the demo."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
