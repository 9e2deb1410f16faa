"""ONNX Runtime, silent.

Since 1.29 its builds for Linux and macOS report to their maker by default: the process, names
and hashes of the models, counts and times; they also leave an identifier of the device in the
user's cache folder (https://github.com/microsoft/onnxruntime/pull/27379). Nothing may leave a
classroom unasked, so this is switched off, whatever the environment says. It is read when the
library is first imported; that is why this module alone imports it.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime  # has no types

__all__ = ["onnxruntime"]
