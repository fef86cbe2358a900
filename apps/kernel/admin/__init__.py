"""The admin's bases: read-only pages, buttons and forms that come from the registry of commands."""
