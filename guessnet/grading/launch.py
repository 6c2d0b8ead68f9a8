"""Gives up what a stranger's program must not have, then becomes that program.

    python -I -S launch.py UID LIMITS COMMAND...

UID is the user to become, or ``-`` to stay who one is; LIMITS is a JSON object of `resource` names
without their ``RLIMIT_``. This runs before anything is trusted less, and imports nothing of ours.
"""

import contextlib
import json
import os
import resource
import signal
import sys

PR_SET_NO_NEW_PRIVS = 38  # from linux/prctl.h


def main(uid: str, limits: str, *command: str) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a full file is an error, not the end
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # where memory runs out, this goes first
    if uid != "-":
        number = int(uid)
        os.setgroups([])
        os.setresgid(number, number, number)
        os.setresuid(number, number, number)
    if sys.platform == "linux":  # no program makes it more than it is, su and crontab neither
        with contextlib.suppress(ImportError):  # a Python may be built without it
            from ctypes import CDLL

            CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for name, most in json.loads(limits).items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(OSError, ValueError):  # macOS does not know all of them
            resource.setrlimit(kind, (allowed, allowed))
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(*sys.argv[1:])
