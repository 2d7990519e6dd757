from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


class SignInBackend(AuthenticationBackend):
    """allauth's, for accounts that are open today.

    Django asks it at each request who a session belongs to: a closed account, or an external past their last day, is
    signed out by its next request.
    """

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return bool(getattr(user, "is_current", False))

    def get_user(self, user_id: Any) -> User | None:
        """Who a session belongs to, with the roles that each page asks for."""
        user = User.objects.for_request().filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None
