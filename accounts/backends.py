from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, for accounts that are open today.

    Django asks it at each request who a session belongs to: a closed account, or an external past their last day, is
    signed out by its next request.
    """

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return bool(getattr(user, "is_current", False))
