"""The process-wide memory of what policies say, by digest."""

from apps.metadata.adapters import ContentMemory

#: Measured in JSON values: a few thousand policies.
CAPACITY = 200_000

bodies = ContentMemory(CAPACITY)
