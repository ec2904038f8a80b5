"""An application in which some of a company's users have accounts: the embedded target, with its requests counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from scim_conformance.demo.app import Around, Target
from scim_conformance.demo.choices import chosen
from scim_conformance.demo.server import Served, serve
from scim_conformance.entra.profiles.profile import loads
from tests.rehearsal.company import PROFILE, Company

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@dataclass
class Counting:
    """Counts the requests that reach a server, by method."""

    methods: Counter[str] = field(default_factory=Counter)

    async def around(self, target: Target, request: Any, go: Any) -> Any:
        """Count a request, and pass it on."""
        del target
        self.methods[request.method] += 1
        return await go(request)


@dataclass(frozen=True)
class Application:
    """A target with accounts. `methods`: the requests since the accounts were made."""

    served: Served
    counting: Counting

    @property
    def flags(self) -> list[str]:
        """The flags that name it."""
        return ["--url", self.served.url, "--token", self.served.token]

    @property
    def methods(self) -> Counter[str]:
        """The requests since the accounts were made, by method."""
        return self.counting.methods


@contextmanager
def application(accounts: Sequence[dict[str, Any]], *defects: str) -> Iterator[Application]:
    """Serve a target with accounts."""
    counting = Counting()
    around: list[Around] = [counting.around, *(one.around for one in chosen(defects, ()))]
    with serve(around, profile=loads(PROFILE, "it")) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=served.url, headers=headers) as client:
            for one in accounts:
                answer = client.post("/Users", json=one, headers={"Content-Type": "application/scim+json"})
                assert answer.status_code == 201, answer.text
        counting.methods.clear()
        yield Application(served, counting)


def multiplied(app: Target, number: int) -> None:
    """Fill the target's memory with this many copies of its first user, each with names of its own."""
    first = app.memory.resources[0]
    made = []
    for at in range(number):
        one = first.model_copy(deep=True)
        one.id, one.user_name = f"copy{at:06}", f"copy{at:06}@elsewhere.example"  # type: ignore[attr-defined]
        one.emails = None  # type: ignore[attr-defined]
        made.append(one)
    app.memory.resources = [*app.memory.resources, *made]


def account(user: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the account that a user has if everything was provisioned, with some values changed."""
    department = {ENTERPRISE: {"department": user["department"]}}
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": user["userPrincipalName"],
        "active": True,
        "displayName": user["displayName"],
        "title": user["jobTitle"],
        "emails": [{"type": "work", "value": user["mail"], "primary": True}],
        "addresses": [{"type": "work", "locality": user["city"]}],
        **department,
        **changes,
    }


LOCAL = {"schemas": [USER], "userName": "svc.backup.robot", "active": True, "displayName": "Backup robot"}


def accounts(given: Company) -> list[dict[str, Any]]:
    """Return accounts for the first users: equal, with another title, in other letter case, and one of nobody in Entra.

    Numbers 0 and 3 are equal, 4 and 7 have another title, 10 has a userName in capitals, 40 is not assigned.
    """
    users = given.users
    return [
        account(users[0]),
        account(users[3], emails=[]),
        account(users[4], title="Former title"),
        account(users[7], title="Former title", active=False),
        account(users[10], userName=users[10]["userPrincipalName"].upper(), emails=[]),
        account(users[40]),
        LOCAL,
    ]
