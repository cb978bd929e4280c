"""Why a change is refused, in words for the person who asked for it."""


class Refused(Exception):
    """A change that cannot be made now. `reasons` are whole sentences; `field` names the part that they are about."""

    def __init__(self, *reasons: str, field: str = "") -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.field = field

    @property
    def reason(self) -> str:
        """All of it in one line."""
        return " ".join(self.reasons)
