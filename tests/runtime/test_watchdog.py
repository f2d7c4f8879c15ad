import os
import socket
from pathlib import Path

import pytest

from kiosk.runtime.watchdog import READY, STOPPING, WATCHDOG, Watchdog


@pytest.mark.parametrize("abstract", [False, True])
def test_the_lines_reach_the_service_manager(abstract: bool, tmp_path: Path) -> None:
    address = f"kiosk-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{address}" if abstract else address)
        watchdog = Watchdog({"NOTIFY_SOCKET": f"@{address}" if abstract else address})
        assert [watchdog.notify(line) for line in (READY, WATCHDOG, STOPPING)] == [True, True, True]
        assert [manager.recv(64) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_without_a_service_manager_nothing_happens() -> None:
    assert not Watchdog({}).notify(READY)


def test_a_socket_that_nobody_listens_on_is_no_error(tmp_path: Path) -> None:
    assert not Watchdog({"NOTIFY_SOCKET": str(tmp_path / "gone")}).notify(READY)


@pytest.mark.parametrize(
    ("environ", "interval_s"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_interval_is_half_of_what_the_manager_allows_this_process(
    environ: dict[str, str], interval_s: float | None
) -> None:
    assert Watchdog(environ).interval_s == interval_s
