"""What can go wrong when heads are read or moved."""

from apps.kernel.errors import Conflict


class HeadMovedMeanwhile(Conflict):
    """A head is not where the mover read it. Holding the environment's lock makes this impossible."""

    code = "HEAD_MOVED"
