"""Doors for people who are not signed in: a forgotten password, and an invitation."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import password_validation
from django.contrib.auth import views as auth
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from apps.kernel.errors import DomainError, NotFound
from apps.tenancy import queries as tenancy
from apps.tenancy.services import accept_invitation_by_link, end_tokens_of


class ResetForm(PasswordResetForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email", "autofocus": True}),
    )


class NewPasswordForm(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("new_password1", "new_password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  Django's signature
        """Whoever reads the mailbox has the account from now on: sessions end with the password, tokens here."""
        person = super().save(commit)
        end_tokens_of(person.pk)
        return person


class JoinForm(forms.Form):
    """What a newcomer adds to an invitation."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200, widget=UnfoldAdminTextInputWidget())
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        help_text=password_validation.password_validators_help_text_html,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=gettext_lazy("The same password again"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("repeated") and data["password"] != data["repeated"]:
            self.add_error("repeated", _("The two passwords differ."))
        return data

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        try:
            password_validation.validate_password(password)
        except ValidationError as weak:
            raise forms.ValidationError(list(weak.messages)) from None
        return password


@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page an invitation's link leads to. A person who has an account signs in with it, and only confirms."""
    try:
        invitation = tenancy.open_invitation(token)
    except NotFound:
        return _show(request, "console/join_closed.html", {"title": _("This invitation is not open")}, 404)
    form = JoinForm(request.POST or None, initial={"name": invitation.name}) if invitation.needs_password else None
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        given = form.cleaned_data if form else {}
        try:
            accept_invitation_by_link(
                token, name=given.get("name", ""), password=given.get("password"), signed_in_id=request.user.pk
            )
        except NotFound as missing:
            raise Http404(str(missing)) from missing
        except DomainError as refused:
            refusal = refused.message
        else:
            messages.success(
                request, _("Welcome to %(tenant)s. Sign in to begin.") % {"tenant": invitation.tenant_name}
            )
            return HttpResponseRedirect(reverse("admin:login"))
    context = {"title": _("Join %(tenant)s") % {"tenant": invitation.tenant_name}, "invitation": invitation}
    # Whose account it is, the link does not prove: somebody else may have made it.
    stranger = form is None and getattr(request.user, "email", None) != invitation.email
    return _show(request, "console/join.html", {**context, "form": form, "refusal": refusal, "stranger": stranger}, 200)


def _show(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)


class Door:
    """A page of Django's about passwords, dressed as ours."""

    request: HttpRequest
    heading = gettext_lazy("Password reset")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**admin.site.each_context(self.request), **given, "title": self.heading}


class ResetPage(Door, auth.PasswordResetView):
    form_class = ResetForm
    template_name = "console/reset.html"
    email_template_name = "console/reset_email.txt"
    #: The link leads to the site's own address, and not to the one that the request named.
    extra_email_context = {"site": settings.BASE_URL}
    subject_template_name = "console/reset_subject.txt"
    success_url = reverse_lazy("admin:password_reset_sent")


class ResetSentPage(Door, auth.PasswordResetDoneView):
    template_name = "console/reset_sent.html"


class NewPasswordPage(Door, auth.PasswordResetConfirmView):
    form_class = NewPasswordForm
    template_name = "console/reset_confirm.html"
    success_url = reverse_lazy("admin:login")


def people_urls() -> list[URLPattern]:
    """Outside the login. The name of the first one makes the sign-in page offer it."""
    return [
        path("password/reset/", ResetPage.as_view(), name="admin_password_reset"),
        path("password/reset/sent/", ResetSentPage.as_view(), name="password_reset_sent"),
        path("password/reset/<uidb64>/<token>/", NewPasswordPage.as_view(), name="password_reset_confirm"),
        path("invitations/<str:token>/", join, name="join"),
    ]
