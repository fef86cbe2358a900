from django.db import migrations

from apps.kernel.rls import GrantGlobal


class Migration(migrations.Migration):
    """What the app role may do with the tables of Django and of the login lock. What is not named here it cannot touch."""

    dependencies = [
        ("tenancy", "0002_projects"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        GrantGlobal("django_session", "select, insert, update, delete", reason="a login is not yet in a tenant"),
        GrantGlobal("django_content_type", "select", reason="names of models, written by migrations"),
        GrantGlobal(
            "auth_permission", "select", reason="Django's own names, written by migrations and granted to nobody"
        ),
        GrantGlobal("django_migrations", "select", reason="readiness compares it with the code"),
        *(
            GrantGlobal(table, "select, insert, update, delete", reason="login attempts come before the tenant")
            for table in (
                "axes_accessattempt",
                "axes_accesslog",
                "axes_accessfailurelog",
                "axes_accessattemptexpiration",
            )
        ),
    ]
