"""Query parameters that are no filters: typed by a pydantic model, texts in, values out."""

from typing import Any

from django.http import QueryDict
from pydantic import BaseModel, ConfigDict, ValidationError

from apps.kernel.errors import InvalidInput


class Query(BaseModel):
    """The base of such a model. Each field has a description; names are checked before."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def query_names(model: type[BaseModel] | None) -> list[str]:
    return list(model.model_fields) if model is not None else []


def parse_query(model: type[BaseModel] | None, sent: QueryDict) -> Any:
    """The typed parameters; :class:`InvalidInput` names each that does not fit."""
    if model is None:
        return None
    try:
        return model.model_validate({name: sent[name] for name in model.model_fields if name in sent})
    except ValidationError as invalid:
        raise InvalidInput(errors=[
            {"path": "?" + "/".join(str(part) for part in fault["loc"]), "message": fault["msg"]}
            for fault in invalid.errors(include_url=False, include_context=False, include_input=False)
        ]) from None  # fmt: skip
