"""``python -m generator`` and the console script ``sdkgen``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code is 0 fine, 1 document or drift, 2 usage."""
    from .cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
