"""The Celery application: what runs with nobody waiting."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # for every thread of a web server, not only for the one that imported this
app.autodiscover_tasks()
