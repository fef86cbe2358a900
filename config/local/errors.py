"""What can go wrong on the way up, as sentences that say what to do."""


class LaunchError(Exception):
    """The local servers or parts cannot run; the message tells why and what to do."""
