"""What the floors above are told of figures. This floor does not know them: settings name their functions."""

from django.conf import settings
from django.utils.module_loading import import_string

from departments.models import Trust


def tell_who_compares(trust: Trust) -> None:
    """What is said of a trust's departments is different now: figures came, went, or were found to be somebody's.

    Call it last, in the transaction that changed them: FEEDBACK_TELLS names who works out anew what rests on figures.
    """
    for address in settings.FEEDBACK_TELLS:
        import_string(address)(trust=trust)
