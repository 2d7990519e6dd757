from celery import shared_task

from notifications.actions.notices import purge_notifications


@shared_task
def purge() -> None:
    """News that is too old to be looked at."""
    purge_notifications()
