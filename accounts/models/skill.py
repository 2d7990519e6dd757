from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase


class Skill(TagBase):
    """Something that agents know how to do, in their own words."""

    class Meta:
        verbose_name = _("skill")


class AgentSkill(ItemBase):
    """A person says that they have a skill."""

    tag = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="agents")
    content_object = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="agent_skills")

    class Meta:
        constraints = [
            # An import run twice would otherwise say a skill twice.
            models.UniqueConstraint(fields=["tag", "content_object"], name="a_skill_once_a_person"),
        ]
