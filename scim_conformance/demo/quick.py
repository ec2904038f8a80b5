"""What the embedded target does again and again, done in less time: it answers a thousand requests in a run.

`copy.deepcopy` asks each text and each number how to copy it, two or three times an answer. pydantic forgets a model
with parameters as soon as nobody uses it, and the next request builds it again. scim2-server looks through all
attributes for those that refer to resources, and through all routes, four times a request.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple, Union

from pydantic import BaseModel
from scim2_models import (
    ListResponse,
    PatchOp,
    Path,
    Reference,
    Resource,
    ResponseParameters,
    ScimProvider,
    SearchRequest,
)
from scim2_server.requests import ScimRequest
from scim2_server.routing import Target, match
from scim2_server.service import ScimService


def prepare(provider: ScimProvider) -> list[Any]:
    """Have the models of a provider copied quickly, and return what to keep as long as the provider."""
    models: list[Any] = [provider.model_for(one) for one in provider.resource_types]
    for model in models:
        model.__deepcopy__ = lambda resource, _memo=None: copied(resource)
    every: Any = Union[tuple(models)]  # noqa: UP007 - of what is known only now
    lists: list[Any] = [ListResponse, SearchRequest]
    single: list[Any] = [SearchRequest, ResponseParameters, PatchOp]
    return [one[every] for one in lists] + [one[model] for one in single for model in models]


def copied(value: Any) -> Any:
    """Return a copy of a resource that shares nothing that can change with it."""
    if isinstance(value, BaseModel):
        return _copied(value)
    if isinstance(value, list):
        return [copied(one) for one in value]
    return {name: copied(one) for name, one in value.items()} if isinstance(value, dict) else value


def _copied(model: BaseModel) -> BaseModel:
    found = model.model_copy()
    for values in (found.__dict__, found.__pydantic_private__ or {}, found.__pydantic_extra__ or {}):
        for name, value in values.items():
            if isinstance(value, BaseModel | list | dict):
                values[name] = copied(value)
    return found


class _Referring(NamedTuple):
    """An attribute that refers to resources: itself, or a part of each of its values."""

    path: Any
    part: str | None


class Service(ScimService):
    """scim2-server's service, which knows where a resource of a type refers to others, and where a path leads."""

    @staticmethod
    def match(request: ScimRequest) -> Target:
        """Return what a request asks for."""
        return _matched(request.method.upper(), request.path)

    def max_body_size(self, request: ScimRequest) -> int | None:
        """Read every body to its end: a fault may serve what this service refuses."""
        return super().max_body_size(request) or None

    def _publish_references(self, base_url: str, resource: Resource[Any]) -> None:
        for path, part in _referring(type(resource)):
            found = path.get(resource)
            if part is None:
                path.set(resource, self._located(base_url, found), strict=False)
            else:
                for one in found if isinstance(found, list) else [found]:
                    if one is not None:
                        setattr(one, part, self._located(base_url, getattr(one, part)))

    def _located(self, base_url: str, said: Any) -> Any:
        if isinstance(said, list):
            return [self._located(base_url, one) for one in said]
        return None if said is None else self.reference_location(base_url, said)


@lru_cache(maxsize=512)
def _matched(method: str, path: str) -> Target:
    return match(method, path)


@cache
def _referring(model: type[Resource[Any]]) -> list[_Referring]:
    return [*_found(model)]


def _found(model: Any) -> Iterator[_Referring]:
    paths: Any = Path
    for path in paths[model].iter_paths(target_type=[Reference]):
        binding = path.resolve()
        kinds = set(binding.target_type.__reference_types__)
        if kinds and not kinds & {"external", "uri"}:
            whole = f"{path.schema}:{path.parts[0]}" if path.schema else path.parts[0]
            yield _Referring(path if binding.sub_field_name is None else Path(whole), binding.sub_field_name)
