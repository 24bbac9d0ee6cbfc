"""``python -m generator`` and the console script ``sdkgen``."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Run the command line; the exit code is 0 fine, 1 document or drift, 2 usage."""
    from .cli import run

    # A run makes millions of objects that live until its end; looking through all of
    # them for circles, again and again, takes a tenth of its time.
    gc.set_threshold(1_000_000, 50, 100)
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return code  # Python says on its way out that nobody listens
    # Nothing is left to do; to free those objects one by one would take as long as
    # writing all files.
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
