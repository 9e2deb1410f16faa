"""The model files of the Python package, for the browser: the same bytes, same-origin,
under their hash, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

from mien.errors import ModelError
from mien.server.access import allow
from mien.server.problems import NotFound
from mien.weights import MODELS, model_path

router = APIRouter(tags=["models"])

FOR_EVER: Final = "public, max-age=31536000, immutable"


@router.get("/models/index.json", dependencies=[allow("operation.read")])
def list_models() -> dict[str, str]:
    """Name -> address of each model that is there; its SHA-256 is in the path."""
    found = {}
    for name in MODELS:
        try:
            found[name] = f"/models/{_sha256(model_path(name))}/{name}.onnx"
        except ModelError:
            continue  # a checkout in which the face models were not made
    return found


@router.get(
    "/models/{digest}/{name}.onnx",
    dependencies=[allow("operation.read")],
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def read_model(digest: str, name: str) -> FileResponse:
    """One model file."""
    if list_models().get(name) != f"/models/{digest}/{name}.onnx":
        raise NotFound("This version of the model is not here. Load the page again.")
    headers = {"cache-control": FOR_EVER}
    return FileResponse(model_path(name), media_type="application/octet-stream", headers=headers)


@lru_cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
