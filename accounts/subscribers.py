"""What the worker does for people who are not signed in, so that the page answers them all alike."""

from uuid import UUID

from accounts.actions.sign_in import send_sign_in_link
from accounts.events import SignInLinkAsked
from accounts.models import User


def send_link(event: SignInLinkAsked, key: UUID) -> None:
    """Writes to whoever has the account; a second time writes nothing more."""
    if person := User.objects.filter(pk=event.person_id).first():
        send_sign_in_link(person=person, key=f"{key}:sign-in-link")
