"""What this app registers with the kernel at start-up."""

from apps.kernel import kinds
from apps.types import services  # noqa: F401  registers the commands
from apps.types.kinds import CHOICE_LIST, RECORD_TYPE

kinds.register(RECORD_TYPE)
kinds.register(CHOICE_LIST)
