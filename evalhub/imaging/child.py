"""The decoding process: reads jobs line by line, and forks a process with limits for each.

Run as `python -m evalhub.imaging.child`. Pillow is imported once, here; each picture is decoded in
a fork of its own, so that whatever it does to the decoder is gone with it. A fork that passes its
limits is killed by the kernel, and this process reports how it ended.
"""

import os
import resource
import signal
import sys
import traceback

from evalhub.imaging import decode, encode
from evalhub.imaging.limits import Limits
from evalhub.imaging.work import Ending, Job, Outcome

READ_SIZE = 1 << 16


def main() -> None:
    """Serve jobs from standard input until it ends."""
    # Control-C reaches the whole terminal; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    decode.warm_up()
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(serve(Job.from_line(line)).to_line())
        sys.stdout.buffer.flush()


def serve(job: Job) -> Outcome:
    """Run one job in a fork and return what it said, or what killed it."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _run_and_exit(job, writer)
    os.close(writer)
    said = _read_all(reader)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return Outcome(Ending.KILLED, signal.Signals(number).name, number)
    if not said.endswith(b"\n"):
        return Outcome(Ending.CRASHED, f"exit status {os.waitstatus_to_exitcode(status)}")
    return Outcome.from_line(said)


def _run_and_exit(job: Job, writer: int) -> None:
    """Answer over the pipe and end the fork without running anyone's clean-up."""
    try:
        confine(job.limits)
        try:
            outcome = encode.run(job)
        except Exception:  # a decoder may raise anything; the parent is told what
            outcome = Outcome(Ending.CRASHED, traceback.format_exc())
        os.write(writer, outcome.to_line())
    finally:
        os._exit(0)


def confine(limits: Limits) -> None:
    """Bound this process's memory, CPU time and wall time, and cut it off from its streams."""
    decode.prepare(limits)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.decode_memory_bytes,) * 2)
    cpu = limits.decode_cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    signal.alarm(limits.decode_wall_seconds)
    # The pipes belong to the server: were they held here as well, its death would go unnoticed
    # until this process ends. And libtiff writes its complaints straight to the error stream.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)


def _read_all(reader: int) -> bytes:
    parts = []
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while part := pipe.read(READ_SIZE):
            parts.append(part)
    return b"".join(parts)


if __name__ == "__main__":
    main()
