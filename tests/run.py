"""Run the suite on SQLite and on a real PostgreSQL.

    python -m tests.run [--engine sqlite|postgres] [pytest's own arguments]

What never touches the database runs once. PostgreSQL is the server in DATABASE_URL where that
names one; else one is started from the embedded programs and stopped afterwards.
"""

import argparse
import os
import subprocess
import sys
from contextlib import ExitStack

from tests.services.postgres import Postgres


def main() -> int:
    """Run the engines asked for, one after the other; return the first failing exit code."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    options, pytest_arguments = parser.parse_known_args()
    given = os.environ.get("DATABASE_URL", "")
    engines = options.engine or ["sqlite", "postgres"]
    for engine in engines:
        with ExitStack() as stack:
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
            environment.pop("DATABASE_URL", None)
            if engine == "postgres":
                url = given if given.startswith("postgres") else ""
                environment["DATABASE_URL"] = url or stack.enter_context(Postgres()).url
                if len(engines) > 1:
                    environment["EVALHUB_TESTS_OF_DATABASE_ONLY"] = "1"
            print(f"== {engine}", flush=True)
            command = [sys.executable, "-m", "pytest", *pytest_arguments]
            if code := subprocess.call(command, env=environment):
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
