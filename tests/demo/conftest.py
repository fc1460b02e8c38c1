import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.demo.supervised import Group


@pytest.fixture
def groups() -> Iterator[list[Group]]:
    """Collect groups whose processes must be ended, whatever the test comes to."""
    started: list[Group] = []
    yield started
    for group in started:
        if group.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(group.process.pid, signal.SIGKILL)
            group.process.wait()
