"""Why a change on the ground floor is refused, in words for the person who asked for it."""


class Refused(Exception):
    """A change that cannot be made now. `reason` is a whole sentence; `field` names the part that it is about."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
