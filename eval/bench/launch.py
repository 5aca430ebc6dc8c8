"""``python -I -S launch.py REPORT COMMAND …``: run a command; write its seconds, memory and code.

A process of its own and a small one: what the kernel says of a child's memory is not less than what
its parent had when it was started.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from time import perf_counter

# The kernel counts in KiB, macOS in bytes.
UNIT = 1 if sys.platform == "darwin" else 1024

if __name__ == "__main__":
    report, *command = sys.argv[1:]
    start = perf_counter()
    code = subprocess.call(command)
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * UNIT
    with open(report, "w") as file:  # noqa: PTH123 - pathlib costs more than this process
        json.dump({"seconds": seconds, "peak_mb": peak / 1e6, "code": code}, file)
