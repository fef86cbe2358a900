"""What can go wrong when heads are read or moved."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict, InvalidInput


class HeadMovedMeanwhile(Conflict):
    """A head is not where the mover read it. Holding the environment's lock makes this impossible."""

    code = "HEAD_MOVED"


class OtherProject(InvalidInput):
    """Environments of two projects have no definition in common, so there is nothing to compare."""

    code = "PROJECT_MISMATCH"
    message_default = _("The environments belong to different projects.")
