from apps.metadata.models.definition import Definition
from apps.metadata.models.head import Head
from apps.metadata.models.reference import Reference
from apps.metadata.models.revision import Revision

__all__ = ["Definition", "Head", "Reference", "Revision"]
