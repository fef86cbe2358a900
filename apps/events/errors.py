"""What can be refused about work that was put aside."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict


class NotQuarantined(Conflict):
    code = "NOT_QUARANTINED"
    message_default = _("Only what is quarantined can be replayed.")


class AlreadyReplayed(Conflict):
    code = "ALREADY_REPLAYED"
    message_default = _("The job was replayed once and failed again. Mend the cause and give the command anew.")


class TimerSetAgain(Conflict):
    code = "TIMER_SET_AGAIN"
    message_default = _("The timer was set again since: the younger one fires.")
