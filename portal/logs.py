"""What is kept out of the logs."""

import logging


class NotReadyYet(logging.Filter):
    """Whoever asks `/health/ready` reads the reason in the answer: a line for each asking would bury the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "/health/ready" not in record.getMessage()
