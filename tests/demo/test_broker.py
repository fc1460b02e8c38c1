import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest
import redis
from kombu import Connection

from evalhub.demo.broker import LONGEST_SOCKET_PATH, Broker, BrokerError
from tests.services.processes import assert_gone, wait_until

ROOT = Path(__file__).parents[2]
FOLDERS = ("var", "a folder with 100 % of #odd & ?signs, like ü", "deep/" * 40)
STARTS_AND_WAITS = """
import sys, time
from pathlib import Path
from evalhub.demo.broker import Broker

with Broker(Path(sys.argv[1])) as broker:
    print(broker.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("folder", FOLDERS, ids=["plain", "odd", "too long for a socket"])
def test_it_carries_messages_for_celery_and_redis_alike(tmp_path: Path, folder: str) -> None:
    with Broker(tmp_path / folder) as broker:
        with Connection(broker.celery_url) as connection, connection.SimpleQueue("q") as queue:
            queue.put({"image": 7})
            with redis.Redis.from_url(broker.redis_url) as client:
                assert client.llen("q") == 1
            message = queue.get(timeout=10)
            message.ack()
        assert message.payload == {"image": 7}
        assert broker.answers()


def test_it_listens_on_no_port_and_writes_no_data(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker:
        listening = psutil.Process(broker.pid).net_connections("inet")
        with redis.Redis.from_url(broker.redis_url) as client:
            client.set("a", "b")

    assert listening == []
    assert [path.name for path in tmp_path.iterdir()] == ["broker.log"]


def test_it_lets_only_its_owner_connect(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker:
        assert broker.socket.stat().st_mode & 0o077 == 0


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    long_path = tmp_path / ("deep/" * 40)
    with Broker(long_path) as broker:
        process = psutil.Process(broker.pid)
        assert broker.socket.parent.parent == Path(tempfile.gettempdir())
        assert broker.socket.parent.stat().st_mode & 0o077 == 0

    assert not process.is_running()
    assert not broker.answers()
    assert broker.pid is None
    assert not broker.socket.parent.exists()
    broker.stop()  # a second time is no error


def test_it_finds_the_same_socket_again_for_the_same_folder(tmp_path: Path) -> None:
    for folder in FOLDERS:
        path = Broker(tmp_path / folder).socket
        assert path == Broker(tmp_path / folder).socket
        assert len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
    assert Broker(tmp_path / FOLDERS[2]).socket != Broker(tmp_path / FOLDERS[2] / "x").socket


def test_it_starts_over_what_a_killed_one_left(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker:
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        wait_until(lambda: not broker.answers(), "the broker is dead")
        assert broker.socket.exists()
        with Broker(tmp_path) as again:
            assert again.answers()


def test_it_does_not_take_the_socket_from_a_running_one(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker:
        with pytest.raises(BrokerError, match=r"already answers at .* Stop that one first"):
            Broker(tmp_path).start()

        assert broker.answers()


def test_it_says_what_the_server_said_when_it_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "broker.sock").mkdir()  # where the socket ought to be

    with pytest.raises(BrokerError, match=r"(?s)did not start\..*Failed opening Unix socket"):
        Broker(tmp_path).start()


def test_it_refuses_a_socket_folder_that_others_can_enter(tmp_path: Path) -> None:
    broker = Broker(tmp_path / ("deep/" * 40))
    broker.socket.parent.mkdir(mode=0o755)
    try:
        with pytest.raises(BrokerError, match="does not belong to you alone"):
            broker.start()
    finally:
        broker.socket.parent.rmdir()


def test_it_knows_what_answers_but_is_no_broker(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    assert not broker.answers()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(broker.socket))
        assert not broker.answers()  # a socket on which nobody listens


def test_it_ends_with_a_program_that_is_killed(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_WAITS, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    with owner:
        assert owner.stdout is not None
        server = psutil.Process(int(owner.stdout.readline()))
        assert Broker(tmp_path).answers()

        owner.kill()

    assert_gone([server])
