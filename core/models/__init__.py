from core.models.act import Act
from core.models.audit_entry import AuditEntry
from core.models.draft import Draft
from core.models.hideable import HideableModel
from core.models.image import Image
from core.models.mail import Mail
from core.models.outbox_event import OutboxEvent
from core.models.parameter_value import ParameterValue
from core.models.soft_delete import SoftDeletedModel, SoftDeleteQuerySet
from core.models.submission import Submission

__all__ = [
    "Act",
    "AuditEntry",
    "Draft",
    "HideableModel",
    "Image",
    "Mail",
    "OutboxEvent",
    "ParameterValue",
    "SoftDeleteQuerySet",
    "SoftDeletedModel",
    "Submission",
]
