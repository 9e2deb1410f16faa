"""``python -m mien.server.openapi > web/openapi.json``: the API's description."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from mien.server.app import make_app
from mien.server.services import open_services
from mien.server.settings import Settings


def describe() -> dict[str, Any]:
    """The OpenAPI 3.1 document, without a database or any setting."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database="", demo=True)
        services = open_services(settings)
        try:
            return make_app(services).openapi()
        finally:
            services.database.close()


if __name__ == "__main__":
    print(json.dumps(describe(), indent=2, sort_keys=True))
