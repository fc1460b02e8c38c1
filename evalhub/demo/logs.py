"""A log file that one process writes and another one reads."""

from pathlib import Path


class Log:
    """Read the file that a child process writes its output to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_up_to = 0

    def tail(self, count: int = 15) -> str:
        """Return the last lines, or an empty text where there are none."""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.rstrip().splitlines()[-count:])

    def new_lines(self) -> list[str]:
        """Return the whole lines written since the last call."""
        with self.path.open("rb") as stream:
            stream.seek(self._read_up_to)
            written = stream.read()
        whole = written[: written.rfind(b"\n") + 1]
        self._read_up_to += len(whole)
        return whole.decode("utf-8", errors="replace").splitlines()
