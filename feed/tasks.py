from celery import shared_task

from feed.actions import trash


@shared_task
def purge_texts() -> int:
    """What was deleted and can no longer come back; daily."""
    return trash.purge_texts()
