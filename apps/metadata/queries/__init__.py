from apps.metadata.queries.graph import chains_of, neighbourhood
from apps.metadata.queries.heads import (
    content_of,
    contents_by_digest,
    contents_of,
    definitions_by_key,
    head_of,
    heads_by_key,
    heads_named,
    heads_of,
    keys_elsewhere,
    references_to,
    revisions_of,
    root_digest,
)

__all__ = [
    "chains_of",
    "content_of",
    "contents_by_digest",
    "contents_of",
    "definitions_by_key",
    "head_of",
    "heads_by_key",
    "heads_named",
    "heads_of",
    "keys_elsewhere",
    "neighbourhood",
    "references_to",
    "revisions_of",
    "root_digest",
]
