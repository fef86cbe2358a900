"""What would be lost: a way in for the right people, and only for them."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.tenancy.models import Principal
from apps.tenancy.queries import memberships_of
from tests import people
from tests.admin.conftest import Seat, sit, text
from tests.changing import World, world

NEW = "a-longer-password-than-before"


def sign_in(email: str, password: str) -> Any:
    return Client().post("/admin/login/", {"username": email, "password": password, "next": "/admin/"})


def test_people_sign_in_by_e_mail_in_any_case(acme: World) -> None:
    answer = sign_in(str(acme.ada.email).upper(), people.PASSWORD)

    assert (answer.status_code, answer.url) == (302, "/admin/")


@pytest.mark.parametrize("email", ["ada.admin@acme.example", "nobody@acme.example"])
def test_a_failed_sign_in_does_not_tell_who_exists(acme: World, email: str) -> None:
    answer = sign_in(email, "wrong-password")

    assert answer.status_code == 200
    assert "do not match an account that may sign in" in text(answer)


def test_a_person_who_was_switched_off_cannot_sign_in(acme: World) -> None:
    Principal.objects.filter(pk=acme.eve.pk).update(is_active=False)

    assert sign_in(str(acme.eve.email), people.PASSWORD).status_code == 200


def new_password(person: Principal, password: str) -> str:
    """Set it by the link in a mail, and answer the link's path."""
    client = Client()
    sent = client.post("/admin/password/reset/", {"email": person.email})
    assert sent.url == "/admin/password/reset/sent/"
    link = re.search(r"http\S+/admin/password/reset/\S+", str(mail.outbox[-1].body))
    assert link is not None
    path = re.sub(r"^https?://[^/]+", "", link[0])
    client.post(client.get(path).url, {"new_password1": password, "new_password2": password})
    return path


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(acme: World) -> None:
    path = new_password(acme.ada, NEW)

    assert sign_in(str(acme.ada.email), NEW).status_code == 302
    assert "was used already" in text(Client().get(path))


def test_asking_for_an_unknown_address_looks_the_same(acme: World) -> None:
    before = len(mail.outbox)
    sent = Client().post("/admin/password/reset/", {"email": "nobody@acme.example"})

    assert sent.url == "/admin/password/reset/sent/"
    assert len(mail.outbox) == before


def test_a_person_changes_the_password(acme: World) -> None:
    seat = sit(acme.ada, acme.tenant)
    seat.post("/password_change/", old_password=people.PASSWORD, new_password1=NEW, new_password2=NEW)

    assert sign_in(str(acme.ada.email), NEW).status_code == 302


def invite(acme: World, ada: Seat, email: str) -> str:
    """The link, as the inviting page shows it once."""
    page = ada.command("principal.invite", _form="1", email=email, name="Ivy Invited", roles="Viewer")
    link = re.search(r'id="secret">([^<]+)<', page.content.decode())
    assert link is not None
    return re.sub(r"^https?://[^/]+", "", link[1].strip())


def test_an_invitation_lets_a_newcomer_in(acme: World, ada: Seat) -> None:
    path = invite(acme, ada, "ivy@acme.example")
    page = Client().get(path)
    assert "ivy@acme.example was invited to work in Acme" in text(page)
    joined = Client().post(path, {"name": "Ivy Invited", "password": NEW, "repeated": NEW})

    assert joined.url == "/admin/login/"
    assert sign_in("ivy@acme.example", NEW).status_code == 302
    assert Client().get(path).status_code == 404


def test_an_account_that_another_tenant_made_does_not_come_in_with_its_password(acme: World, ada: Seat) -> None:
    """Ada invites somebody else's address, sees the link, and chooses the password. Who that person really is shows
    when another tenant invites them: by signing in, with a password that a mail to the address gave them."""
    mallorys = Client().post(
        invite(acme, ada, "cfo@globex.example"), {"name": "Not the CFO", "password": NEW, "repeated": NEW}
    )
    assert mallorys.url == "/admin/login/"
    person = Principal.objects.get(email="cfo@globex.example")
    kept = people.token(person, acme.tenant, all_my_tenants=True)
    globex = world("globex")
    path = invite(globex, sit(globex.ada, globex.tenant), "cfo@globex.example")

    assert "There is an account for this address. Sign in with it" in text(Client().get(path))
    assert "There is an account for this address. Sign in with it" in text(Client().post(path))
    assert [seat.tenant_slug for seat in memberships_of(person.pk)] == ["acme"]

    new_password(person, "a-password-that-only-the-cfo-knows")
    assert sign_in(str(person.email), NEW).status_code == 200
    assert Client().get("/api/v1/tenants", headers={"authorization": f"Bearer {kept}"}).status_code == 401
    person.refresh_from_db()
    assert sit(person).client.post(path).url == "/admin/login/"
    assert [seat.tenant_slug for seat in memberships_of(person.pk)] == ["acme", "globex"]


def test_the_link_to_a_new_password_leads_to_the_site_itself(acme: World, settings: Any) -> None:
    """Not to a host that the request made up, where somebody else would read the key in it."""
    settings.ALLOWED_HOSTS = ["*"]
    Client().post("/admin/password/reset/", {"email": acme.ada.email}, headers={"host": "evil.example"})

    assert "http://testserver/admin/password/reset/" in str(mail.outbox[-1].body)


def test_a_weak_password_keeps_the_invitation_open(acme: World, ada: Seat) -> None:
    path = invite(acme, ada, "ivy@acme.example")
    page = Client().post(path, {"name": "Ivy", "password": "short", "repeated": "short"})

    assert page.status_code == 200
    assert "too short" in text(page)
    assert Client().get(path).status_code == 200


def test_who_is_signed_in_and_who_is_invited_outlive_a_key_that_is_changed_with_an_overlap(
    acme: World, ada: Seat, settings: Any
) -> None:
    path = invite(acme, ada, "ivy@acme.example")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-is-long-enough-to-be-one"
    assert ada.get().status_code == Client().get(path).status_code == 200

    settings.SECRET_KEY_FALLBACKS = []
    settings.SECRET_KEY = "a-third-key-which-nobody-had-any-overlap-with"
    assert ada.get().status_code == 302
    assert Client().get(path).status_code == 404


def test_a_forged_invitation_does_not_exist(db: Any) -> None:
    assert Client().get("/admin/invitations/acme.forged/").status_code == 404


def test_a_secret_is_shown_once_and_never_stored(acme: World, ada: Seat) -> None:
    page = ada.command("token.create", _form="1", name="laptop", next="/admin/tenancy/token/")
    shown = re.search(r'id="secret">(ec3lh_[^<]+)<', page.content.decode())

    assert shown is not None
    assert "no-store" in page["Cache-Control"]
    assert shown[1] not in str(ada.chosen())
    assert shown[1] not in ada.get("/tenancy/token/").content.decode()
