"""What the embedded target does in less time comes out as scim2-server does it."""

from copy import deepcopy
from typing import Any

import pytest
from pydantic import BaseModel
from scim2_server.service import ScimService

from scim_conformance.demo import quick
from scim_conformance.demo.app import provider
from scim_conformance.entra.profiles.profile import load

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PERSON = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
    "id": "1",
    "userName": "ada@example.com",
    "name": {"givenName": "Ada"},
    "emails": [{"type": "work", "value": "ada@example.com", "primary": True}],
    "groups": [{"value": "7", "$ref": "Groups/7"}, {"value": "8"}],
    "meta": {"resourceType": "User", "created": "2026-01-01T00:00:00Z", "version": "1"},
    ENTERPRISE: {"department": "Engines", "manager": {"value": "2", "$ref": "https://example.com/v2/Users/2"}},
}


@pytest.fixture(scope="module")
def person() -> Any:
    described = provider(load("entra-default"))
    models: list[Any] = [described.model_for(one) for one in described.resource_types if one.name == "User"]
    return models[0].model_validate(PERSON)


def test_a_copy_is_the_same_and_shares_nothing(person: Any) -> None:
    before = person.model_dump()
    copy = deepcopy(person)
    assert copy == BaseModel.__deepcopy__(person)
    assert (copy.model_dump(), copy.model_fields_set) == (before, person.model_fields_set)
    copy.name.given_name = "Grace"
    copy.emails[0].value = "grace@example.com"
    copy.groups.append(copy.groups[0])
    copy[type(person[ENTERPRISE])].manager.value = "3"
    assert person.model_dump() == before


def test_references_become_the_same_addresses(person: Any) -> None:
    described = provider(load("entra-default"))
    shown = [
        service.publish("https://example.com/v2", person).model_dump()
        for service in (quick.Service(described), ScimService(described))
    ]
    assert shown[0] == shown[1]
    assert shown[0]["groups"][0]["$ref"] == "https://example.com/v2/Groups/7"
