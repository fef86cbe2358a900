"""Projects with their environments and modules."""

import pytest
from django.db import IntegrityError, transaction

from apps.kernel.dispatch import AlreadyExists, dispatch
from apps.kernel.errors import IllegalTransition, InvalidInput, NotFound
from apps.kernel.scope import scope_transaction
from apps.tenancy import queries
from apps.tenancy.errors import DefaultProjectStays, NameTaken, NoDefaultProject, ProjectArchived
from apps.tenancy.models import Environment, Module, Project
from apps.tenancy.services import projects as project_services
from tests import log, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def itsm(acme, admin):
    with people.acting(admin, acme):
        return dispatch("project.create", name="IT service", description="All of IT.")


def test_create_project_makes_three_environments_and_a_module(acme, itsm):
    """EC-API-004, EC-GLO-005, EC-GLO-008, EC-TBL-002, EC-TBL-003, EC-TBL-011."""
    with people.reading(acme):
        rows = queries.environments_of(itsm).values_list("name", "is_default", "position")
        assert list(rows) == [("dev", True, 1), ("test", False, 2), ("prod", False, 3)]
        assert [module.name for module in queries.modules_of(itsm)] == ["main"]
        assert queries.default_environment(itsm).name == "dev"
    assert (itsm.key, itsm.default_branch, itsm.is_default) == ("it_service", "main", True)
    assert log.events(acme)[-1] == "project.created"


def test_create_project_is_all_or_nothing(acme, admin, monkeypatch):
    """EC-API-004: a project without environments could never be merged into."""
    monkeypatch.setattr(project_services, "DEFAULT_MODULE", "x" * 500)
    with people.acting(admin, acme), pytest.raises(Exception, match="too long"):
        dispatch("project.create", name="Half")

    with people.reading(acme):
        assert (Project.objects.count(), Environment.objects.count(), Module.objects.count()) == (0, 0, 0)


def test_only_the_first_project_is_the_default(acme, admin, itsm):
    with people.acting(admin, acme):
        assert dispatch("project.create", name="HR").is_default is False
    with people.reading(acme):
        assert queries.project_named(None) == itsm


def test_create_project_with_a_taken_name_makes_nothing(acme, admin, itsm):
    """EC-API-004: 409."""
    with people.acting(admin, acme), pytest.raises(NameTaken):
        dispatch("project.create", name="IT service")
    with people.acting(admin, acme), pytest.raises(NameTaken):
        dispatch("project.create", name="Another", key="it_service")

    with people.reading(acme):
        assert Project.objects.count() == 1


def test_two_tenants_may_use_one_project_name(acme, globex, itsm):
    with people.acting(people.administrator(globex), globex):
        assert dispatch("project.create", name="IT service").key == "it_service"


def test_a_blank_name_is_refused(acme, admin):
    with people.acting(admin, acme), pytest.raises(InvalidInput):
        dispatch("project.create", name="   ")


def test_another_tenants_project_does_not_exist(globex, itsm):
    with people.acting(people.administrator(globex), globex):
        for command in ("project.archive", "project.rename", "project.make_default"):
            with pytest.raises(NotFound):
                dispatch(command, itsm.pk)
        with pytest.raises(NotFound):
            dispatch("module.create", itsm.pk, name="mine", type="code")
        with scope_transaction(), pytest.raises(NotFound):
            queries.project_named(itsm.pk)


def test_rename_project_keeps_its_key(acme, admin, itsm):
    with people.acting(admin, acme):
        renamed = dispatch("project.rename", itsm.pk, name="Service desk")

    assert (renamed.name, renamed.key, renamed.description) == ("Service desk", "it_service", "All of IT.")


def test_the_default_project_cannot_be_archived(acme, admin, itsm):
    with people.acting(admin, acme), pytest.raises(DefaultProjectStays):
        dispatch("project.archive", itsm.pk)

    with people.reading(acme):
        assert Project.objects.get().status == Project.Status.ACTIVE


def test_an_archived_project_takes_nothing_new_until_it_is_restored(acme, admin, itsm):
    with people.acting(admin, acme):
        other = dispatch("project.create", name="HR")
        dispatch("project.archive", other.pk)
        with pytest.raises(IllegalTransition):
            dispatch("project.archive", other.pk)
        with pytest.raises(ProjectArchived):
            dispatch("module.create", other.pk, name="x", type="code")
        with pytest.raises(ProjectArchived):
            dispatch("project.make_default", other.pk)
        dispatch("project.restore", other.pk)
        dispatch("project.make_default", other.pk)

    with people.reading(acme):
        assert [p.name for p in Project.objects.filter(is_default=True)] == ["HR"]


def test_without_a_default_a_single_project_is_meant_and_two_are_asked_for(acme, admin, itsm):
    with people.acting(admin, acme):
        dispatch("project.create", name="HR")
    with people.reading(acme):
        Project.objects.update(is_default=False)
        with pytest.raises(NoDefaultProject):
            queries.project_named(None)
        assert queries.project_named("hr").name == "HR"
        assert queries.project_named("IT service") == itsm


def test_configure_environment_changes_what_is_named_only(acme, admin, itsm):
    with people.reading(acme):
        prod = queries.environment_named(itsm, "prod")
    with people.acting(admin, acme):
        dispatch("environment.configure", prod.pk, promotion_webhook_url="https://hooks.example/secret")
        made = dispatch("environment.configure", prod.pk, requires_promotion_approval=True)
    assert (made.promotion_webhook_url, made.requires_promotion_approval) == ("https://hooks.example/secret", True)

    with people.acting(admin, acme):
        assert dispatch("environment.configure", prod.pk, promotion_webhook_url="").promotion_webhook_url is None


def test_a_project_has_one_default_environment(acme, admin, itsm):
    with people.reading(acme):
        test = queries.environment_named(itsm, "staging")
    with people.acting(admin, acme):
        dispatch("environment.configure", test.pk, make_default=True)

    with people.reading(acme):
        assert [e.name for e in queries.environments_of(itsm) if e.is_default] == ["test"]


def test_the_environment_of_a_request_is_resolved_in_its_project(acme, admin, itsm):
    for asked, found in ((None, "dev"), ("prod", "prod"), ("staging", "test")):
        with people.acting(admin, acme, environment=asked), scope_transaction():
            assert queries.environment_in_scope(itsm).name == found
    with people.acting(admin, acme, environment="moon"), scope_transaction(), pytest.raises(NotFound):
        queries.environment_in_scope(itsm)


def test_a_webhook_address_is_shown_in_full_to_those_who_may_set_it(acme, admin, viewer, itsm):
    """EC-API-007."""
    with people.reading(acme):
        prod = queries.environment_named(itsm, "prod")
    with people.acting(admin, acme):
        dispatch("environment.configure", prod.pk, promotion_webhook_url="https://hooks.example/secret")
        with scope_transaction():
            full = queries.shown_environments(queries.environments_of(itsm))[2]["promotion_webhook_url"]
    with people.acting(viewer, acme), scope_transaction():
        masked = queries.shown_environments(queries.environments_of(itsm))[2]["promotion_webhook_url"]

    assert (full, masked) == ("https://hooks.example/secret", "https://hooks.example/***")


def test_modules_are_made_once_and_configured(acme, admin, itsm):
    with people.acting(admin, acme):
        module = dispatch("module.create", itsm.pk, name="ui", type="ui", root_path="src/ui")
        with pytest.raises(NameTaken):
            dispatch("module.create", itsm.pk, name="ui", type="code")
        changed = dispatch("module.configure", module.pk, capability_profile="READ_ONLY")
    assert (changed.capability_profile, changed.root_path) == ("READ_ONLY", "src/ui")


@pytest.mark.parametrize("path", ["../up", "/abs", "a/../../b"])
def test_a_module_never_leaves_its_project(acme, admin, itsm, path):
    with people.acting(admin, acme), pytest.raises(InvalidInput):
        dispatch("module.create", itsm.pk, name="out", type="code", root_path=path)


def test_the_database_refuses_a_second_default_environment(acme, itsm):
    refused = pytest.raises(IntegrityError, match="tenancy_environment_one_default")
    with people.reading(acme), refused, transaction.atomic():
        Environment.objects.update(is_default=True)


def test_a_key_can_be_chosen(acme, admin):
    with people.acting(admin, acme):
        assert dispatch("project.create", name="Human resources", key="hr").key == "hr"
        with pytest.raises((NameTaken, AlreadyExists)):
            dispatch("project.create", name="Other", key="hr")
