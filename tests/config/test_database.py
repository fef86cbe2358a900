"""The tests themselves run with production's rights."""

import pytest
from django.db import DatabaseError, connection


@pytest.mark.django_db
def test_tests_run_as_the_app_role_which_may_create_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone()[0] == "ec3l_app"
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute("CREATE TABLE stray (id int)")
