"""A decoder that dies, hangs or bursts takes nothing with it, and leaves nothing behind.

A named pipe stands for a picture that hangs the decoder: opening it waits for a writer that never
comes, in the very process that holds the limits.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from PIL import Image

from evalhub.imaging import sandbox
from evalhub.imaging.errors import DecoderDied, Refused
from evalhub.imaging.limits import Limits
from evalhub.imaging.renditions import Kind, Rendered, render
from evalhub.imaging.staging import PREFIX, staging
from tests.pictures import cornered, encoded, gradient

Rendering = tuple[psutil.Process, Future[list[Rendered]]]

PATIENCE_SECONDS = 30.0
NAMES = ["full.jpg", "screen.webp", "thumbnail.webp"]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(cornered(), "JPEG"))
    return path


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    path = tmp_path / "hanging.jpg"
    os.mkfifo(path)
    return path


@pytest.fixture(autouse=True)
def _own_decoder() -> Iterator[None]:
    """Begin and end each test without a decoding process."""
    sandbox.shared.close()
    yield
    sandbox.shared.close()


def servers(parent: psutil.Process) -> list[psutil.Process]:
    """The decoding processes among a process's children; a suite may have started others."""
    found = []
    for child in parent.children():
        with suppress(psutil.Error):
            if "evalhub.imaging.child" in child.cmdline():
                found.append(child)
    return found


def wait_for_decoder(parent: psutil.Process) -> psutil.Process:
    """Wait until a process has a picture decoded, and give the fork that does it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for server in servers(parent):
            for fork in server.children():
                return fork
        time.sleep(0.01)
    raise AssertionError("no decoding process was started")


@contextmanager
def rendering(
    source: Path, out_dir: Path
) -> Iterator[tuple[psutil.Process, Future[list[Rendered]]]]:
    """Render in a thread, and give the process that decodes with the answer to come."""
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(render, source, out_dir)
        yield wait_for_decoder(psutil.Process()), answer


def wait_until_confined(decoder: psutil.Process) -> None:
    """Wait for the last of its limits: a fork is seen a moment before it has set them."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while decoder.rlimit(psutil.RLIMIT_CPU)[0] == resource.RLIM_INFINITY:
        assert time.monotonic() < deadline, "The decoder never limits itself."
        time.sleep(0.01)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run_script(script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        cwd=sandbox.PROJECT,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def test_it_writes_each_rendition_whole_and_nothing_else(picture: Path, tmp_path: Path) -> None:
    rendered = render(picture, tmp_path / "out")

    assert files_in(tmp_path / "out") == NAMES
    assert [one.kind for one in rendered] == [Kind.FULL, Kind.SCREEN, Kind.THUMBNAIL]
    assert [one.content_type for one in rendered] == ["image/jpeg", "image/webp", "image/webp"]
    for one in rendered:
        assert one.path.parent == tmp_path / "out"
        assert one.bytes == one.path.stat().st_size
        # A web server that runs as somebody else must be able to send it.
        assert one.path.stat().st_mode & 0o044 == 0o044 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_it_gives_the_same_bytes_again(picture: Path, tmp_path: Path) -> None:
    first = render(picture, tmp_path / "out")
    again = render(picture, tmp_path / "out")

    assert first == again
    assert files_in(tmp_path / "out") == NAMES


def test_it_writes_only_the_kinds_that_are_asked_for(picture: Path, tmp_path: Path) -> None:
    (rendered,) = render(picture, tmp_path / "out", [Kind.THUMBNAIL])

    assert rendered.kind == Kind.THUMBNAIL
    assert files_in(tmp_path / "out") == ["thumbnail.webp"]


def test_it_finds_a_damaged_picture_though_only_a_thumbnail_is_asked_for(tmp_path: Path) -> None:
    content = encoded(gradient(3000, 2000), "JPEG")
    source = tmp_path / "half.jpg"
    source.write_bytes(content[: len(content) // 2])

    with pytest.raises(Refused, match="damaged or incomplete"):
        render(source, tmp_path / "out", [Kind.THUMBNAIL])


def test_it_uses_one_decoding_process_for_many_pictures(picture: Path, tmp_path: Path) -> None:
    render(picture, tmp_path / "one")
    before = servers(psutil.Process())
    render(picture, tmp_path / "two")

    assert servers(psutil.Process()) == before
    assert len(before) == 1


def test_it_bounds_the_process_that_decodes(hanging: Path, tmp_path: Path) -> None:
    with rendering(hanging, tmp_path / "out") as (decoder, answer):
        limits = Limits()
        wait_until_confined(decoder)
        assert decoder.rlimit(psutil.RLIMIT_AS) == (limits.decode_memory_bytes,) * 2
        assert decoder.rlimit(psutil.RLIMIT_CPU)[0] == limits.decode_cpu_seconds
        assert decoder.rlimit(psutil.RLIMIT_CORE) == (0, 0)
        assert set(decoder.environ()) <= {
            "PATH", "LANG", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "OPENBLAS_NUM_THREADS",
        }  # fmt: skip
        decoder.kill()

    assert isinstance(answer.exception(), DecoderDied)


def test_it_gives_up_on_a_picture_that_hangs(hanging: Path, picture: Path, tmp_path: Path) -> None:
    with pytest.raises(DecoderDied, match=r"took longer than 1 seconds\. Try again"):
        render(hanging, tmp_path / "out", limits=Limits(decode_wall_seconds=1))

    assert files_in(tmp_path / "out") == []
    assert len(render(picture, tmp_path / "out")) == 3


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_it_outlives_a_decoder_that_dies(
    number: int, hanging: Path, picture: Path, tmp_path: Path
) -> None:
    with rendering(hanging, tmp_path / "out") as (decoder, answer):
        decoder.send_signal(number)
        failure = answer.exception()

    assert isinstance(failure, DecoderDied)
    assert failure.reason.startswith("The program that opens pictures stopped at this one.")
    assert files_in(tmp_path / "out") == []
    assert len(render(picture, tmp_path / "out")) == 3


def test_it_refuses_a_picture_that_uses_up_its_computing_time(
    hanging: Path, tmp_path: Path
) -> None:
    with rendering(hanging, tmp_path / "out") as (decoder, answer):
        decoder.send_signal(signal.SIGXCPU)  # as the kernel does at RLIMIT_CPU
        failure = answer.exception()

    assert isinstance(failure, Refused)
    assert "more than 30 seconds of computing" in failure.reason
    assert files_in(tmp_path / "out") == []


def test_it_starts_again_after_the_decoding_process_is_gone(
    hanging: Path, picture: Path, tmp_path: Path
) -> None:
    with rendering(hanging, tmp_path / "out") as (decoder, answer):
        server = decoder.parent()
        assert server is not None
        server.kill()
        failure = answer.exception(PATIENCE_SECONDS)
        decoder.kill()

    assert isinstance(failure, DecoderDied)
    assert files_in(tmp_path / "out") == []
    assert len(render(picture, tmp_path / "out")) == 3


def test_it_starts_again_where_the_decoding_process_died_idle(
    picture: Path, tmp_path: Path
) -> None:
    render(picture, tmp_path / "out")
    (server,) = servers(psutil.Process())
    server.kill()
    server.wait()

    assert len(render(picture, tmp_path / "out")) == 3


def test_it_refuses_a_picture_that_takes_too_much_memory(tmp_path: Path) -> None:
    source = tmp_path / "large.png"
    source.write_bytes(encoded(Image.new("RGB", (6000, 5000)), "PNG"))

    with pytest.raises(Refused, match="needs more than 100 MB of memory"):
        render(source, tmp_path / "out", limits=Limits(decode_memory_bytes=100 * 1024 * 1024))

    assert files_in(tmp_path / "out") == []


def test_it_does_not_blame_a_picture_for_a_full_disk(picture: Path, tmp_path: Path) -> None:
    script = """
        import errno, resource, sys
        from pathlib import Path
        from evalhub.imaging.renditions import render
        # No file may grow past this: the write fails as it does on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))
        try:
            render(Path(sys.argv[1]), Path(sys.argv[2]))
        except OSError as error:
            print(errno.errorcode[error.errno])
    """

    finished = run_script(script, picture, tmp_path / "out")

    assert (finished.stdout, finished.stderr) == ("EFBIG\n", "")
    assert files_in(tmp_path / "out") == []


def test_it_lets_a_missing_source_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        render(tmp_path / "gone.jpg", tmp_path / "out")

    assert files_in(tmp_path / "out") == []


def test_it_cleans_up_after_a_worker_that_was_killed(
    hanging: Path, picture: Path, tmp_path: Path
) -> None:
    script = """
        import sys
        from pathlib import Path
        from evalhub.imaging.renditions import render
        render(Path(sys.argv[1]), Path(sys.argv[2]))
    """
    out_dir = tmp_path / "out"
    command = [sys.executable, "-c", textwrap.dedent(script), str(hanging), str(out_dir)]
    with subprocess.Popen(command, cwd=sandbox.PROJECT) as worker:
        decoder = wait_for_decoder(psutil.Process(worker.pid))
        worker.kill()
    (left,) = files_in(out_dir)
    assert left.startswith(PREFIX)

    render(picture, out_dir)

    assert files_in(out_dir) == NAMES
    decoder.kill()


def test_it_leaves_the_folder_of_a_worker_that_lives(picture: Path, tmp_path: Path) -> None:
    with staging(tmp_path / "out") as folder:
        (folder / "half").write_text("written")
        render(picture, tmp_path / "out")

        assert (folder / "half").read_text() == "written"

    assert files_in(tmp_path / "out") == NAMES


def test_it_ends_its_decoding_process_with_itself(picture: Path, tmp_path: Path) -> None:
    script = """
        import sys
        from pathlib import Path
        import psutil
        from evalhub.imaging.renditions import render
        render(Path(sys.argv[1]), Path(sys.argv[2]))
        print(psutil.Process().children()[0].pid)
    """

    finished = run_script(script, picture, tmp_path / "out")

    assert finished.stderr == ""
    assert not psutil.pid_exists(int(finished.stdout))


def test_it_has_a_decoding_process_of_its_own_in_a_fork(picture: Path, tmp_path: Path) -> None:
    script = """
        import os, sys
        from pathlib import Path
        import psutil
        from evalhub.imaging.renditions import render

        def decoders():
            return [child.pid for child in psutil.Process().children() if child.pid != pid]

        pid = None
        source, out = Path(sys.argv[1]), Path(sys.argv[2])
        render(source, out / "parent")
        pid = os.fork()
        if pid == 0:
            render(source, out / "fork")
            print("fork", decoders()[0], flush=True)
            sys.exit(0)
        assert os.waitpid(pid, 0)[1] == 0
        render(source, out / "parent")
        print("parent", decoders()[0])
    """

    finished = run_script(script, picture, tmp_path / "out")

    assert finished.stderr == ""
    told = dict(line.split() for line in finished.stdout.splitlines())
    assert set(told) == {"fork", "parent"}
    assert told["fork"] != told["parent"]
