from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth as this service uses it: nobody signs up, and every mail leaves through the worker."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
