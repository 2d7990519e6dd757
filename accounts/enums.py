from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """The levels of an administration, from the top."""

    MINISTRY = "ministry", _("Ministry")
    DIRECTION = "direction", _("Directorate")
    SERVICE = "service", _("Service")


class PlatformRole(models.TextChoices):
    """What a person is for the whole platform, beside what they are in each community."""

    AMBASSADOR = "ambassador", _("Ambassador")
    COMMUNITY_MANAGER = "community_manager", _("Community manager")
    SPONSOR = "sponsor", _("Sponsor")
    SUPER_USER = "super_user", _("Super-user")
    CERTIFIER = "certifier", _("Certifier")
    ADMINISTRATOR = "administrator", _("Administrator")


# Those who see the card and the settings of every community.
STEERING_ROLES = frozenset({PlatformRole.COMMUNITY_MANAGER.value, PlatformRole.ADMINISTRATOR.value})
