"""Signing in: an e-mail address and a password."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """One message for every failure: which addresses exist is not told."""

    error_messages = {
        "invalid_login": _("The e-mail address and the password do not match an account that may sign in."),
        "inactive": _("The e-mail address and the password do not match an account that may sign in."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        self.fields["username"].widget.attrs.update({"autocomplete": "username", "autofocus": True, "type": "email"})
        self.fields["password"].widget.attrs.update({"autocomplete": "current-password"})

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()
