"""Run the whole product on this machine: web, worker, beat and broker as one group.

    python -m evalhub.demo [--port 8000] [--reset] [--images FOLDER]

Everything lies in one folder; nothing else on the machine is touched.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from evalhub.demo.broker import Broker, BrokerError
from evalhub.demo.lock import AlreadyRunningError, RunLock
from evalhub.demo.ports import PortError, answers_http, require_free_port
from evalhub.demo.supervisor import Process, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "var" / "demo"
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def main() -> int:
    """Run the demo until Ctrl-C; return its exit code."""
    options = _read_arguments()
    address = f"http://127.0.0.1:{options.port}"
    try:
        _check_images(options.images)
        with RunLock(FOLDER, address) as lock:
            require_free_port(options.port)
            if options.reset:
                _start_over()
            broker = Broker(FOLDER / "broker")
            _set_environment(broker)
            _prepare()
            processes = _processes(broker, options.port, address)
            group = Supervisor(processes, FOLDER, lock=lock, say=_say)
            return group.run(on_ready=lambda: _fill_and_greet(group, address, options.images))
    except (AlreadyRunningError, PortError, BrokerError, DemoError) as problem:
        _say(str(problem))
        return 1
    except KeyboardInterrupt:
        _say("Stopped before the start.")
        return 130


class DemoError(Exception):
    """The demo cannot start; the message says why and what to do."""


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Run evalhub on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true", help="forget everything and start over")
    parser.add_argument("--images", default="", help="a folder with pictures of your own")
    return parser.parse_args()


def _check_images(folder: str) -> None:
    if folder and not Path(folder).expanduser().is_dir():
        raise DemoError(f"There is no folder called {folder}. Give one with IMAGES=folder.")


def _start_over() -> None:
    for entry in FOLDER.iterdir():
        if entry.name == "run.lock":
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _set_environment(broker: Broker) -> None:
    """Give every process of the group the settings of the embedded default."""
    secret = FOLDER / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(50))
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "evalhub.settings",
            "EVALHUB_SECRET_KEY": secret.read_text(),
            "EVALHUB_DATA_DIR": str(FOLDER),
            "EVALHUB_STATIC_ROOT": str(FOLDER / "static"),
            "EVALHUB_HTTPS": "0",
            "EVALHUB_ALLOWED_HOSTS": "localhost,127.0.0.1",
            "EVALHUB_ADMIN_SECOND_FACTOR": "0",
            "REDIS_URL": broker.celery_url,
        }
    )


def _prepare() -> None:
    _say("Preparing the database and the static files …")
    for command in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
        if subprocess.call([*MANAGE, *command], cwd=ROOT):
            raise DemoError(
                f"“manage.py {command[0]}” failed. If {FOLDER} is from an older version, "
                "start over with: make demo RESET=1"
            )


def _processes(broker: Broker, port: int, address: str) -> list[Process]:
    celery = [sys.executable, "-m", "celery", "-A", "evalhub"]
    return [
        Process("broker", broker.command(), ready=broker.answers, base=True),
        Process("worker", [*celery, "worker", "--concurrency=2", "--loglevel=INFO"], cwd=ROOT),
        Process("beat", [*celery, "beat", "--loglevel=INFO"], cwd=ROOT),
        Process(
            "web",
            [
                *(sys.executable, "-m", "gunicorn", "evalhub.wsgi"),
                *("--bind", f"127.0.0.1:{port}"),
                *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            ],
            cwd=ROOT,
            ready=lambda: answers_http(f"{address}/health/live/"),
        ),
    ]


def _fill_and_greet(group: Supervisor, address: str, images: str) -> None:
    command = [*MANAGE, "fill_demo", "--address", address]
    if images:
        command += ["--images", str(Path(images).expanduser().resolve())]
    if group.run_errand(command, cwd=ROOT):
        _say("The demo could not be filled; its pages work, but may be empty. See the lines above.")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
