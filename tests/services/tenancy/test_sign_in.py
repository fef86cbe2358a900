"""Signing in to the admin: what is lost when a password can be guessed, or outlives the person's right."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.forms import PasswordResetForm
from django.http import HttpRequest

from apps.tenancy.adapters import PasswordBackend
from apps.tenancy.models import Principal
from tests import people

pytestmark = pytest.mark.django_db


def request() -> HttpRequest:
    made = HttpRequest()
    made.META["REMOTE_ADDR"] = "192.0.2.1"
    return made


def test_email_and_password_sign_a_person_in(acme):
    ann = people.person(acme, "Ann")

    assert authenticate(request(), username="Ann@Acme.example ", password=people.PASSWORD) == ann
    assert authenticate(request(), username=ann.email, password="wrong") is None
    assert authenticate(request(), username="nobody@acme.example", password=people.PASSWORD) is None


def test_a_deactivated_person_neither_signs_in_nor_stays(acme):
    ann = people.person(acme, "Ann")
    Principal.objects.filter(pk=ann.pk).update(is_active=False)

    assert authenticate(request(), username=ann.email, password=people.PASSWORD) is None
    assert PasswordBackend().get_user(ann.pk) is None


def test_agents_and_services_have_no_way_in(acme, admin):
    bot = people.agent(acme, admin)

    assert authenticate(request(), username=bot.handle, password="") is None
    assert PasswordBackend().get_user(bot.pk) is None


def test_guessing_locks_the_account_for_the_guesser(acme, settings):
    """The sixth guess is not even compared, nor is the right password from there."""
    ann = people.person(acme, "Ann")
    for number in range(settings.AXES_FAILURE_LIMIT):
        spelt = ann.email.upper() if number % 2 else f" {ann.email}"
        assert authenticate(request(), username=spelt, password="guess") is None

    assert authenticate(request(), username=ann.email, password=people.PASSWORD) is None
    elsewhere = request()
    elsewhere.META["REMOTE_ADDR"] = "192.0.2.2"
    assert authenticate(elsewhere, username=ann.email, password=people.PASSWORD) == ann


def test_a_password_reset_is_sent_to_active_people_only(acme, admin):
    ann, gone = people.person(acme, "Ann"), people.person(acme, "Gone")
    Principal.objects.filter(pk=gone.pk).update(is_active=False)
    people.agent(acme, admin)

    form = PasswordResetForm()
    assert list(form.get_users(ann.email.upper())) == [ann]
    assert list(form.get_users(gone.email)) == []
    assert list(form.get_users("")) == []


def test_changing_the_password_ends_other_sessions(acme):
    ann = people.person(acme, "Ann")
    before = ann.get_session_auth_hash()
    ann.set_password("another-long-password")

    assert ann.get_session_auth_hash() != before


def test_the_user_model_is_the_principal():
    assert get_user_model() is Principal
