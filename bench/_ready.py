"""Makes Django ready for a figure: import it before any app of ours."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()
