from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from core.text import fold


class Skill(TagBase):
    """Something that agents know how to do, in their own words."""

    class Meta:
        verbose_name = _("skill")

    def slugify(self, tag: str, i: int | None = None) -> str:
        # Folded, so that « marchés publics » is found by « marches ».
        slug = slugify(fold(tag))[:90] or "competence"
        return slug if i is None else f"{slug}-{i}"


class AgentSkill(ItemBase):
    """A person says that they have a skill."""

    tag = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="agents")
    content_object = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="agent_skills")

    class Meta:
        constraints = [
            # An import run twice would otherwise say a skill twice.
            models.UniqueConstraint(fields=["tag", "content_object"], name="a_skill_once_a_person"),
        ]
