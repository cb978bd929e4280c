"""Days that come and days that are past: when people are reminded of them, and in which words. No clock."""

from datetime import date, timedelta

BEFORE = (14, 7, 1, 0)  # days before something is due on which people are reminded of it
CATCH_UP = 3  # days within which a reminder that nobody sent is still sent
LAST_REMINDER = timedelta(weeks=8)  # after that, what is overdue is on Home and dashboards alone


def reminder_step(due: date, today: date, *, before: tuple[int, ...] = BEFORE, goes_on: bool = True) -> int | None:
    """Which reminder is to be sent today, as days before the due one (after it: negative, by weeks); None for none."""
    left = (due - today).days
    overdue = range(-7, -LAST_REMINDER.days - 1, -7) if goes_on else ()
    steps = [step for step in (*before, *overdue) if step >= left]
    return min(steps) if steps and min(steps) - left < CATCH_UP else None


def due_in_words(due: date, today: date, *, verb: str = "is due") -> str:
    """How far off a day is, to the day, since people plan by it: “is due in 14 days”, “is overdue by 1 day”."""
    left = (due - today).days
    if left in (0, 1):
        return f"{verb} {('today', 'tomorrow')[left]}"
    days = f"{abs(left)} day{'' if abs(left) == 1 else 's'}"
    return f"{verb} in {days}" if left > 0 else f"is overdue by {days}"
