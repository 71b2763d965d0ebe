"""Child processes that do not outlive their parent, whatever kills it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def tied_to_parent(last_signal: signal.Signals) -> Callable[[], None]:
    """What a new child runs first, so that the kernel sends it `last_signal` when its parent dies.

    The parent is the thread that starts the child: start children from one that lives as long as they
    should. Changing the user clears the tie, so it comes after that (subprocess does it in this order).
    """
    parent = os.getpid()
    # Loaded before the fork, where loading is safe. Other systems than Linux have no such tie.
    kernel = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def tie() -> None:
        if kernel is None:
            return
        kernel.prctl(_PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:  # it died between the fork and here
            os._exit(1)

    return tie


def process_in(pid: int, folder: Path) -> bool:
    """Whether process `pid` lives and works in `folder` (a postgres works in its data folder)."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except OSError:
        return False
