from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in, as every view has it that is not marked `login_not_required`."""

    user: User
