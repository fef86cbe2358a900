from apps.metadata.models.definition import Definition
from apps.metadata.models.head import Head
from apps.metadata.models.move import HeadMove
from apps.metadata.models.reference import Reference
from apps.metadata.models.revision import Revision

__all__ = ["Definition", "Head", "HeadMove", "Reference", "Revision"]
