"""The process-wide memory of contents, by digest.

Content is immutable and its digest is its address, so nothing here is ever invalidated: only forgotten, the least
recently used first. A digest is only learnt by reading a head or a revision, so no tenant reaches another's content.
"""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any

from apps.metadata.core.content import Content

# Measured in JSON values, at roughly 100 bytes each: about 40 MB at the most.
CAPACITY = 400_000


class ContentMemory:
    """A bounded map from digest to content, safe for threads. Contents are shared and must not be altered."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._held: OrderedDict[str, tuple[Content, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def recall(self, digests: Iterable[str]) -> dict[str, Content]:
        """The contents that are remembered."""
        found: dict[str, Content] = {}
        with self._lock:
            for digest in digests:
                held = self._held.get(digest)
                if held is not None:
                    self._held.move_to_end(digest)
                    found[digest] = held[0]
        return found

    def keep(self, digest: str, content: Content) -> None:
        """Remember a content, and forget the oldest ones beyond the capacity."""
        weight = _weight(content)
        if weight > self._capacity:
            return
        with self._lock:
            if digest in self._held:
                return
            self._held[digest] = (content, weight)
            self._weight += weight
            while self._weight > self._capacity:
                _, (_, released) = self._held.popitem(last=False)
                self._weight -= released

    def forget_all(self) -> None:
        with self._lock:
            self._held.clear()
            self._weight = 0

    def __len__(self) -> int:
        return len(self._held)


def _weight(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(_weight(member) for member in value.values())
    if isinstance(value, list):
        return 1 + sum(_weight(member) for member in value)
    return 1


contents = ContentMemory()
