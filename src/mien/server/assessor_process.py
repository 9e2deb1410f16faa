"""With several workers, the rules run in a process of their own.

In a worker's thread they would share its interpreter with hundreds of answers a second,
and each would wait for the other. ``python -m mien.server.assessor_process`` is that
process; it reads the same settings as the workers, and ends with who started it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mien.server.assessor import AssessorThread
from mien.server.logs import configure_logs
from mien.server.services import open_services
from mien.server.settings import load_settings

#: How soon after its end it is started again.
AGAIN_S: Final = 1.0
#: How often it looks whether who started it is still there.
ORPHAN_S: Final = 2.0
#: A look under way may take so long to end.
END_S: Final = 10.0


@contextmanager
def assessor_process() -> Iterator[None]:
    """Runs it, and again whenever it dies, until the block ends."""
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep, args=(stopping,), name="assessor", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()


def _keep(stopping: threading.Event) -> None:
    while not stopping.is_set():
        process = subprocess.Popen([sys.executable, "-m", "mien.server.assessor_process"])
        while process.poll() is None and not stopping.wait(0.2):
            pass
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        stopping.wait(AGAIN_S)


def main() -> None:
    """Until it is told to end, or is left alone."""
    settings = load_settings()
    configure_logs(settings.log_format)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    parent = os.getppid()
    services = open_services(settings)
    assessor = AssessorThread(services)
    assessor.start()
    while not stopping.wait(ORPHAN_S) and os.getppid() == parent:
        pass
    assessor.stop()
    services.database.close()


if __name__ == "__main__":
    main()
