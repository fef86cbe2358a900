#!/usr/bin/env python
"""Django's command line; on a developer's machine the settings are config.settings.dev."""

import sys

from django.core.management import execute_from_command_line

from config.env import BadEnvironment, select_settings


def main() -> None:
    select_settings("config.settings.dev")
    try:
        execute_from_command_line(sys.argv)
    except BadEnvironment as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
