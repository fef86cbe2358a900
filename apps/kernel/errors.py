"""Expected failures: each is named for the fact, carries a stable code and a sentence a person can act on.

The HTTP status of each is fixed by the REST contract; edges translate, they never decide.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal the caller can understand. ``details`` is JSON-ready and safe to show."""

    code: ClassVar[str] = "DOMAIN_ERROR"
    status: ClassVar[int] = 409
    message_default: ClassVar[Any] = _("The request cannot be carried out.")

    def __init__(self, message: Any = None, /, **details: Any) -> None:
        self.message = str(message if message is not None else self.message_default)
        self.details = details
        #: Events to keep although the transaction rolls back: ``(name, subject, payload)``.
        self.aftermath: list[tuple[str, Any, dict[str, Any]]] = []
        super().__init__(self.message)


class InvalidInput(DomainError):
    """The input does not fit. ``details["errors"]`` lists ``{"path", "message"}``."""

    code = "INVALID_INPUT"
    status = 400
    message_default = _("The input is not valid.")


class Unauthenticated(DomainError):
    code = "UNAUTHENTICATED"
    status = 401
    message_default = _("Sign in or send a valid token.")


class PermissionDenied(DomainError):
    code = "PERMISSION_DENIED"
    status = 403
    message_default = _("You do not have the permission this needs.")

    #: The name of the command that was denied where it is another than the one given (``ports.authorize``).
    denied: str | None = None


class AgentNotAllowed(PermissionDenied):
    code = "AGENT_NOT_ALLOWED"
    message_default = _("An agent may propose this but never do it. A person has to.")


class GatewayNotAllowed(PermissionDenied):
    """The token is a gateway's, and its word is all there is for who agrees."""

    code = "GATEWAY_NOT_ALLOWED"
    message_default = _(
        "A gateway cannot agree in a person's name. Sign in to the admin, or send a token of the person's own."
    )


class NotFound(DomainError):
    """Missing, or another tenant's: the two are never told apart."""

    code = "NOT_FOUND"
    status = 404
    message_default = _("There is no such object.")


class Conflict(DomainError):
    code = "CONFLICT"
    status = 409
    message_default = _("The object is not in a state that allows this.")


class IllegalTransition(Conflict):
    """A life cycle refuses the step. ``details``: ``from``, ``to`` and ``allowed``, the moves that are legal now.

    The sentence says where ``what`` is, what the step takes (``needs``, a sentence) and what is possible instead.
    """

    code = "ILLEGAL_TRANSITION"

    def __init__(
        self, source: str, target: str, allowed: Iterable[str] = (), *, what: Any = None, needs: Any = None
    ) -> None:
        possible = [str(state) for state in allowed]
        told = {"what": what or _("This"), "source": source, "target": target, "possible": ", ".join(possible)}
        said = [_("%(what)s is %(source)s."), needs or _("It cannot become %(target)s.")]
        said.append(_("Possible now: %(possible)s.") if possible else _("It stays as it is."))
        message = " ".join(str(sentence) % told for sentence in said)
        super().__init__(message, **{"from": str(source), "to": str(target), "allowed": possible})


class IdempotencyRefusal(Conflict):
    """About the key itself, so never stored as the answer to it."""


class IdempotencyInFlight(IdempotencyRefusal):
    code = "IDEMPOTENCY_IN_FLIGHT"
    message_default = _("The first request with this Idempotency-Key is still running. Try again shortly.")


class AnswerNotStored(IdempotencyRefusal):
    """The first answer held a secret that is shown only once."""

    code = "ANSWER_NOT_STORED"
    message_default = _("This was done already. Its answer held a secret and is shown only once.")


class IdempotencyKeyReused(IdempotencyRefusal):
    code = "IDEMPOTENCY_KEY_REUSED"
    status = 422
    message_default = _("This Idempotency-Key was used with another request.")


class LeaseLost(Conflict):
    """Another worker holds the job now; whatever this one did is rolled back."""

    code = "LEASE_LOST"
    message_default = _("Another worker took this job over.")


class PreconditionFailed(DomainError):
    code = "PRECONDITION_FAILED"
    status = 412
    message_default = _("The object was changed since you read it.")


class PreconditionRequired(DomainError):
    code = "PRECONDITION_REQUIRED"
    status = 428
    message_default = _("Send If-Match with the version you read.")


class PayloadTooLarge(DomainError):
    code = "PAYLOAD_TOO_LARGE"
    status = 413
    message_default = _("The body is larger than is accepted.")


class ExecutionFailed(DomainError):
    code = "EXECUTION_FAILED"
    status = 422
    message_default = _("The execution failed and changed nothing.")


class TooManyRequests(DomainError):
    code = "TOO_MANY_REQUESTS"
    status = 429
    message_default = _("Too many requests. Try again later.")
