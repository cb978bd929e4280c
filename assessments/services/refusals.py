"""Why a change is refused, in words for the person who asked for it."""


class Refused(Exception):
    """A change that cannot be made now. `reasons` are whole sentences."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class SavedByAColleague(Exception):
    """Somebody saved the same record since this person's page was made: both texts must be shown, none overwritten."""
