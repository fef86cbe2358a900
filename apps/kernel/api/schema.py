"""The OpenAPI operation of an endpoint, read from its declaration and the registry of commands."""

import inspect
import re
from typing import Any

from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.openapi import AutoSchema
from pydantic import BaseModel

from apps.kernel import commands as registry
from apps.kernel.api.components import error_response, header_parameter, model_schema, page_schema
from apps.kernel.api.declarations import Read, Write
from apps.kernel.api.examples import example_of
from apps.kernel.api.filters import FilterBackend, Filters
from apps.kernel.api.paging import DEFAULT_LIMIT, MAX_LIMIT
from apps.kernel.api.representation import Representation
from apps.kernel.api.wording import description_of, summary_of

_JSON = "application/json"
_READ_ERRORS = (400, 401, 403, 404, 406, 429, 503)
_WRITE_ERRORS = (*_READ_ERRORS, 409, 413, 415, 422)
_VARIABLE = re.compile(r"{([a-z_]+)}")
_COMMAND_SEPARATORS = re.compile(r"[.-]")
_UUID = {"type": "string", "format": "uuid"}


class EndpointSchema(AutoSchema):
    """Complete by construction: id, summary, parameters, bodies with examples, every error it can answer."""

    view: Any

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Any:
        action = getattr(self.view, "action", None)
        if action is None or not hasattr(self.view, "endpoint"):
            return super().get_operation(path, path_regex, path_prefix, method, registry)
        self.registry, self.path, self.path_prefix, self.method = registry, path, path_prefix, method.upper()
        declared = self.view.endpoint(action).declared
        operation = (
            self._write(declared) if isinstance(declared, Write) else self._read(declared, getattr(self.view, action))
        )
        return {**operation, "tags": [self._tokenize_path()[0]], "security": self.get_auth()}

    # Reads.

    def _read(self, read: Read, method: Any) -> dict[str, Any]:
        summary, description = self._read_texts(read, method)
        item = self._shown(read.shows)
        shown = page_schema(self.registry, item) if read.many else item
        return {
            "operationId": "_".join([*self._words(), "list" if read.many else "retrieve"]),
            "summary": summary,
            "description": description,
            "parameters": [*self._path(), *self._headers("environment"), *self._query(read)],
            "responses": {"200": self._body("The answer.", shown), **self._errors((*_READ_ERRORS, *read.errors))},
        }

    def _read_texts(self, read: Read, method: Any) -> tuple[str, str]:
        documentation = inspect.getdoc(method) if method.__name__ not in ("list", "retrieve") else None
        about = inspect.getdoc(type(self.view)) or ""
        if documentation:
            summary, _newline, description = documentation.partition("\n")
            return summary.strip().replace("`", ""), description.strip() or about
        noun = self._tokenize_path()[-1].replace("-", " ")
        return (f"List {noun}." if read.many else f"Show one of the {noun}."), about

    def _query(self, read: Read) -> list[dict[str, Any]]:
        found = self._filters(read.filters) if read.filters else []
        if read.query is not None:
            schema = read.query.model_json_schema(mode="validation")
            required = schema.get("required", [])
            for name, inner in schema.get("properties", {}).items():
                typed = _resolved(inner, schema.get("$defs", {}))
                found.append(_parameter(name, typed, inner.get("description", name), required=name in required))
        if read.many:
            limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
            found.append(_parameter("limit", limit, "How many items a page holds at most."))
            found.append(_parameter("cursor", {"type": "string"}, "The `next_cursor` of the page before."))
        return found

    def _filters(self, filters: type[Filters]) -> list[dict[str, Any]]:
        extension = DjangoFilterExtension(FilterBackend())  # type: ignore[no-untyped-call]
        model = getattr(filters.Meta, "model", None) if hasattr(filters, "Meta") else None
        found: list[dict[str, Any]] = []
        for name, declared in filters.base_filters.items():
            for parameter in extension.resolve_filter_field(self, model, filters, name, declared):  # type: ignore[no-untyped-call]
                parameter.setdefault("description", str(declared.label or name))
                # A filter method that takes anything is given the text that was sent.
                parameter["schema"] = parameter["schema"] or {"type": "string"}
                _bound(parameter["schema"], declared.extra.get("max_length"))
                found.append(parameter)
        return found

    # Writes.

    def _write(self, write: Write) -> dict[str, Any]:
        command = registry.get(write.command)
        without = self._fixed(write)
        operation: dict[str, Any] = {
            "operationId": _COMMAND_SEPARATORS.sub("_", command.name),
            "summary": summary_of(command),
            "description": self._description(command),
            "parameters": [
                *self._path(),
                *self._headers("environment", *(["idempotency"] if write.method == "post" else [])),
                *([header_parameter(self.registry, "match")] if write.if_match else []),
            ],
            "responses": {**self._answers(write, command), **self._errors(self._write_errors(write))},
            "x-command": command.name,
            "x-agents": command.agents.value,
            "x-gateways": command.gateways.value,
        }
        if set(command.input_model.model_fields) - without:
            schema = model_schema(self.registry, command.input_model, incoming=True, without=without)
            required = bool(self._component(schema).get("required"))
            operation["requestBody"] = {"required": required, "content": {_JSON: self._media(schema, incoming=True)}}
        return operation

    def _description(self, command: registry.Command) -> str:
        permission = f"`{command.permission}`" if command.permission else "any member"
        lines = [description_of(command), f"Command `{command.name}`; permission: {permission}."]
        if command.agents is registry.Agents.NEVER:
            lines.append("Agents are refused, whatever their roles.")
        if command.gateways is registry.Gateways.NEVER:
            lines.append("A gateway is refused: people agree with a token of their own.")
        if command.secret_output:
            lines.append("The answer holds a secret and is shown once: it is never replayed.")
        return "\n\n".join(line for line in lines if line)

    def _fixed(self, write: Write) -> frozenset[str]:
        """Inputs that come from the address or a header."""
        names = {write.renames.get(name, name) for name in _VARIABLE.findall(self.path) if name != write.target}
        return frozenset(names | ({"expected_version"} if write.if_match else set()))

    def _answers(self, write: Write, command: registry.Command) -> dict[str, Any]:
        answers = {}
        for status in (command.status, *write.also):
            if status == 204:
                answers["204"] = {"description": "Done; there is no body."}
                continue
            shows = write.shows or self.view.detail_serializer_class or self.view.serializer_class
            texts = {201: "Made.", 202: "Accepted: the work goes on."}
            answers[str(status)] = self._body(texts.get(status, "Done."), self._shown(shows))
        return answers

    def _write_errors(self, write: Write) -> tuple[int, ...]:
        return (*_WRITE_ERRORS, *((412, 428) if write.if_match else ()), *write.errors)

    # Both.

    def _words(self) -> list[str]:
        return [word.replace("-", "_") for word in self._tokenize_path()]

    def _path(self) -> list[dict[str, Any]]:
        return [self._path_parameter(name) for name in _VARIABLE.findall(self.path)]

    def _path_parameter(self, name: str) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "minLength": 1}
        description = f"The {name.replace('_', ' ')}."
        if name == "id" and self.view.number_field is None:
            schema, description = _UUID, "The id."
        elif name == "id":
            description = "The id, or the number people use."
        elif name.endswith("_id"):
            schema, description = _UUID, f"The id of the {name.removesuffix('_id').replace('_', ' ')}."
        return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}

    def _headers(self, *names: str) -> list[dict[str, Any]]:
        always = ("tenant",) if self.view.tenant_required else ()
        if not self.view.tenant_required:
            names = tuple(name for name in names if name != "environment")
        return [header_parameter(self.registry, name) for name in (*always, "user", "agent", *names, "correlation")]

    def _errors(self, statuses: tuple[int, ...]) -> dict[str, Any]:
        return {str(status): error_response(self.registry, status) for status in sorted(set(statuses))}

    def _shown(self, shows: Representation) -> dict[str, Any]:
        if issubclass(shows, BaseModel):
            return model_schema(self.registry, shows, incoming=False, without=frozenset())
        reference: dict[str, Any] = self.resolve_serializer(shows, "response").ref  # type: ignore[arg-type]
        return reference

    def _body(self, description: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": description, "content": {_JSON: self._media(schema)}}

    def _media(self, schema: dict[str, Any], *, incoming: bool = False) -> dict[str, Any]:
        schemas = {key[0]: found.schema for key, found in self.registry._components.items() if key[1] == "schemas"}
        return {"schema": schema, "example": example_of(schema, schemas, incoming=incoming)}

    def _component(self, reference: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.registry._components[reference["$ref"].rpartition("/")[2], "schemas"].schema
        return found


def _parameter(name: str, schema: dict[str, Any], description: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _bound(schema: dict[str, Any], longest: int | None) -> None:
    """An empty text is refused, as is one that is too long."""
    if schema.get("type") == "string" and not {"format", "enum"} & schema.keys():
        schema["minLength"] = 1
        if longest is not None:
            schema["maxLength"] = longest


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Query parameters stand alone: an enum of a parameter is written out."""
    named = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    return {k: v for k, v in {**named, **schema}.items() if k not in {"$ref", "title", "description"}}
