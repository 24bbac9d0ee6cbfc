"""``python -m generator`` and the console script ``sdkgen``."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line; the exit code is 0 fine, 1 document or drift, 2 usage."""
    from .cli import run

    # A run makes millions of objects that live until its end; looking through all of them
    # for circles, again and again, takes a tenth of its time.
    gc.set_threshold(100_000, 50, 100)
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
