"""What a person chooses for themselves."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import BusinessRuleError


def set_language(*, actor: User, language: str) -> None:
    """Answers this person in `language` from now on, mails included.

    Raises:
        BusinessRuleError: the interface does not speak it.
    """
    if language not in dict(settings.LANGUAGES):
        raise BusinessRuleError(_("The interface does not speak this language."))
    User.objects.filter(pk=actor.pk).update(language=language)
    actor.language = language
