"""Checks the pages' sources: ``python -m web.check_ui`` (format, types, unit tests)."""

from __future__ import annotations

import sys

from web.build_ui import UiBuildError, install, run_npm

CHECKS = ("format:check", "check", "test")


def main() -> int:
    """0 if all pass, 1 with what npm said."""
    try:
        install(print)
        for check in CHECKS:
            print(f"npm run {check}")
            run_npm("run", check)
    except UiBuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
