"""The kinds metadata brings itself: files and scripts, which are texts and nothing more."""

from django.utils.translation import gettext_noop
from pydantic import ValidationError

from apps.kernel.commands import faults
from apps.kernel.errors import InvalidInput
from apps.metadata.core.files import kind_of_files


def _invalid(error: ValidationError) -> InvalidInput:
    return InvalidInput(errors=[{**fault, "path": f"/payload{fault['path']}"} for fault in faults(error)])


FILE = kind_of_files("file", gettext_noop("file"), gettext_noop("files"), _invalid)
SCRIPT = kind_of_files("script", gettext_noop("script"), gettext_noop("scripts"), _invalid)
