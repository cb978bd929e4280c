"""Loads the whole demo, once: all of it or nothing."""

from django.conf import settings
from django.db import connection, transaction

from assessments.models import Assessment
from departments.models import User
from portal.demo import reading
from portal.demo.improving import carry_out_actions
from portal.demo.listening import bring_in_feedback
from portal.demo.places import build_people, build_places, give_roles
from portal.demo.sharing import share_practice
from portal.demo.telling import tell


class NotADemo(Exception):
    """This portal is no demo: accounts with a published password have no place in it."""


@transaction.atomic
def load_demo() -> list[Assessment]:
    """Tell the story and give back its assessments; none when it was told before, which changes nothing."""
    if not settings.DEMO:
        raise NotADemo("This portal is not in demo mode, so the demo, whose password is published, is not loaded.")
    with connection.cursor() as cursor:  # two starts at once must not both tell it
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_demo'))")
    if User.objects.filter(email__in=reading.accounts()).exists():
        return []
    people = build_people()
    build_places(people)
    give_roles(people)
    told = [tell(written, people) for written in reading.assessments()]
    carry_out_actions(reading.afterwards()["actions"], people)
    bring_in_feedback(reading.feedback(), people)
    share_practice(reading.afterwards()["practice"], people)
    return told
