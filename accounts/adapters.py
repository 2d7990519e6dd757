"""allauth as this service uses it."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy

from accounts import letters
from accounts.actions.sign_in import set_password
from accounts.models import User
from core.actions.letters import queue_letter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up, closed accounts stay closed, and every mail leaves through the worker."""

    # What a security notice says, by the template that allauth would have sent.
    NOTICES: ClassVar[dict[str, Any]] = {
        "account/email/password_changed": gettext_lazy("Your password was changed."),
        "account/email/password_reset": gettext_lazy("A new password was chosen for your account."),
        "account/email/password_set": gettext_lazy("A password was chosen for your account."),
        "mfa/email/totp_activated": gettext_lazy("An authenticator app now protects your account."),
        "mfa/email/totp_deactivated": gettext_lazy("Your authenticator app was removed from your account."),
        "mfa/email/recovery_codes_generated": gettext_lazy("New recovery codes were made for your account."),
        "mfa/email/webauthn_added": gettext_lazy("A passkey was added to your account."),
        "mfa/email/webauthn_removed": gettext_lazy("A passkey was removed from your account."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether one may be sent there after signing in: to this very host and nowhere else."""
        hosts = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, hosts, require_https=self.request.is_secure())

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        if not user.is_current:
            clear_login(request)
            refusal: HttpResponse = self.respond_user_inactive(request, user)
            return refusal
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def set_password(self, user: User, password: str) -> None:
        set_password(person=user, password=password)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Tells a person that their way of signing in changed.

        Raises LookupError for a mail that this service never sends.
        """
        what = self.NOTICES[template_prefix]
        person = User.objects.get(email=email.lower())
        queue_letter(
            to=person.email,
            language=person.language,
            write=lambda: letters.security_notice(person=person, what=str(what)),
            reason="security",
        )
