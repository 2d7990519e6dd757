from django.db import models
from django.utils.translation import gettext_lazy as _


class PostKind(models.TextChoices):
    """What a post is for."""

    MESSAGE = "message", _("Message")
    QUESTION = "question", _("Question")
    ANNOUNCEMENT = "announcement", _("Announcement")


class ReactionKind(models.TextChoices):
    """What a person says in one click; one a person and object."""

    USEFUL = "useful", _("Useful")
    THANKS = "thanks", _("Thank you")
    AGREE = "agree", _("I agree")


class SubscriptionState(models.TextChoices):
    """Whether a person is told of what comes to a thread."""

    FOLLOWING = "following", _("Following")
    MUTED = "muted", _("Muted")
