"""The rate is that of the run, however many threads send."""

import threading

from scim_conformance.target.pace import Pace


def test_turns_follow_each_other_at_the_rate() -> None:
    slept: list[float] = []
    pace = Pace(10.0, clock=lambda: 5.0, sleep=slept.append)
    for _ in range(3):
        pace.keep(1, 60.0)
    pace.keep(5, 60.0)
    pace.keep(1, 60.0)
    assert [round(one, 6) for one in slept] == [0.0, 0.1, 0.2, 0.3, 0.8]


def test_nobody_waits_longer_than_the_run_may() -> None:
    slept: list[float] = []
    pace = Pace(0.1, clock=lambda: 5.0, sleep=slept.append)
    pace.keep(1, 2.0)
    pace.keep(1, 2.0)
    assert slept == [0.0, 2.0]


def test_without_a_rate_nobody_waits() -> None:
    slept: list[float] = []
    Pace(None, sleep=slept.append).keep(3, 1.0)
    assert slept == []


def test_threads_get_turns_of_their_own() -> None:
    slept: list[float] = []
    pace = Pace(100.0, clock=lambda: 0.0, sleep=slept.append)
    threads = [threading.Thread(target=pace.keep, args=(1, 60.0)) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)
    assert [round(one, 6) for one in sorted(slept)] == [round(number / 100, 6) for number in range(20)]
