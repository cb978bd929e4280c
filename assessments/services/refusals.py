"""Why a change to an assessment is not made: it is refused, or somebody else was there first."""

from departments.services.refusals import Refused

__all__ = ["Refused", "SavedByAColleague"]


class SavedByAColleague(Exception):
    """Somebody saved the same record since this person's page was made: both texts must be shown, none overwritten."""
