"""Periods of the certification scheme that an installation may set for itself."""

import environ

env = environ.Env()

# Days after a decision within which the department may appeal.
APPEAL_DAYS = env.int("APPEAL_DAYS", default=28)
# Years back in which work for a trust stands in the way of assessing it.
INDEPENDENCE_YEARS = env.int("INDEPENDENCE_YEARS", default=5)
INVITATION_DAYS = 14
