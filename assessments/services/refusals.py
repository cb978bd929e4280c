"""Why a change to an assessment is not made: it is refused, or somebody else was there first."""

from typing import Any

from departments.services.refusals import Refused

__all__ = ["Refused", "SavedByAColleague"]


class SavedByAColleague(Exception):
    """Somebody saved the same record since this person's page was made: both texts must be shown, none overwritten.

    `row` is the record as it is now, where the service has read it.
    """

    def __init__(self, row: Any = None) -> None:
        super().__init__()
        self.row = row
