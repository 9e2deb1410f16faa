"""Opening ONNX files, the same way everywhere."""

from __future__ import annotations

from pathlib import Path

from mien.errors import ModelError
from mien.weights.runtime import onnxruntime


def open_session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """A CPU session that uses ``threads`` cores and lets them sleep between calls.

    Raises:
        ModelError: for a missing or damaged file.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Spinning threads burn a core between frames and gain nothing on small networks.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not path.is_file():
        raise ModelError(f"There is no model file {path}. Check the path.")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises many kinds of its own
        first = str(error).splitlines()[0][:200]
        raise ModelError(f"{path} is not an ONNX model that can be run: {first}") from error
