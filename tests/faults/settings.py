"""The product's settings, with less patience: what takes a minute in production takes seconds in a test."""

from rse.settings import *  # noqa: F403
from rse.settings import CELERY_BEAT_SCHEDULE

OUTBOX_HOLD = 4
CELERY_BEAT_SCHEDULE = {
    "deliver_outbox": {**CELERY_BEAT_SCHEDULE["deliver_outbox"], "schedule": 2.0, "options": {"expires": 2}},
}
