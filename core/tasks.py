from celery import shared_task

from core.actions import acts, drafts, images, mail, outbox


@shared_task
def deliver_outbox() -> int:
    """Delivers the events that wait; woken after each commit and swept by beat."""
    return outbox.deliver_outbox()


@shared_task
def send_mails() -> int:
    """Sends the mails that wait; woken after each commit and swept by beat."""
    return mail.send_mails()


@shared_task
def purge() -> None:
    """What nobody needs any more: drafts, announced before, loose images, the text of mails sent, old submissions."""
    acts.purge_acts()
    drafts.warn_of_drafts()
    drafts.purge_drafts()
    images.purge_images()
    mail.purge_mails()
