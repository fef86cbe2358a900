"""PostgreSQL and Valkey from wheels, and the processes of EC3L, on one machine with nothing installed.

``python -m config.local --help`` lists the commands. Two profiles: ``local`` keeps its data, ``test`` is fast and
forgets on a crash. Everything lives under ``.local/``.
"""
