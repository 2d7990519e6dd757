"""Background work: `celery --app rse worker` and `celery --app rse beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun

from core.logging import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rse.settings")
app = Celery("rse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**options: Any) -> None:
    """With a receiver here Celery leaves the logging of the settings alone: one JSON line an event, as everywhere."""


@task_prerun.connect
def name_the_task(task_id: str, **options: Any) -> None:
    """The lines that a task logs carry its id, as those of a request carry the request's."""
    request_id.set(task_id)
