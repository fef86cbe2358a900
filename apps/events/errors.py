"""What can be refused about jobs."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict


class NotQuarantined(Conflict):
    code = "NOT_QUARANTINED"
    message_default = _("Only a quarantined job can be replayed.")


class AlreadyReplayed(Conflict):
    code = "ALREADY_REPLAYED"
    message_default = _("The job was replayed once and failed again. Mend the cause and give the command anew.")
