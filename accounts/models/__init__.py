from accounts.models.deputy import Deputy
from accounts.models.invitation import Invitation
from accounts.models.role_grant import RoleGrant
from accounts.models.skill import AgentSkill, Skill
from accounts.models.unit import Unit
from accounts.models.user import User

__all__ = ["AgentSkill", "Deputy", "Invitation", "RoleGrant", "Skill", "Unit", "User"]
