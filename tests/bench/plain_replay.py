"""The requests of a run, and what it attaches, as plain tests: httpx, pytest and allure-pytest without the harness.

`tests.bench.packages` has pytest run it. It judges nothing: it is what the packages alone cost.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import allure
import httpx
import pytest

One = TypeVar("One")

TESTS = int(os.environ["BENCH_TESTS"])
RECEIVED: list[dict[str, Any]] = json.loads(Path(os.environ["BENCH_RECEIVED"]).read_text(encoding="utf-8"))
ATTACHED = [path.read_bytes() for path in sorted(Path(os.environ["BENCH_ATTACHED"]).glob("*-attachment.*"))]


def _share(every: Sequence[One], number: int) -> Sequence[One]:
    """Return the part of one test, in order: later requests need what earlier ones created."""
    return every[len(every) * number // TESTS : len(every) * (number + 1) // TESTS]


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A bare client."""
    with httpx.Client(base_url=os.environ["BENCH_URL"], trust_env=False) as one:
        yield one


@pytest.mark.parametrize("number", range(TESTS))
def test_replay(client: httpx.Client, number: int) -> None:
    """Send a part of the requests, read the responses, and attach a part of the attachments, each in a step."""
    for one in _share(RECEIVED, number):
        url = os.environ["BENCH_URL"] + one["path"] + (f"?{one['query']}" if one["query"] else "")
        headers = [(name, value) for name, value in one["headers"] if name != "authorization"]
        headers.append(("Authorization", f"Bearer {os.environ['SCIM_CONFORMANCE_TOKEN']}"))
        response = client.request(one["method"], url, headers=headers, content=one["body"].encode() or None)
        assert response.status_code < 600
    for body in _share(ATTACHED, number):
        with allure.step("exchange"):
            allure.attach(body, name="exchange", attachment_type=allure.attachment_type.TEXT)
