"""The built user interface as static files; every other page address is its index page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

UI: Final = Path(__file__).parent / "ui"
#: Vite puts a hash of the content into these files' names.
HASHED: Final = "assets"
FOR_EVER: Final = "public, max-age=31536000, immutable"
#: Not pages: an unknown address there is an error, not the index page.
NOT_PAGES: Final = ("api/", "models/", f"{HASHED}/")

ABSENT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>mien: the pages are not built</title>
<h1>The pages are not built</h1>
<p>The server runs, but this checkout holds only the sources of its pages. Build them with
<code>make run</code>, or with <code>python -m web.build_ui</code>, and load this page again.</p>
<p>What works without them: <a href="/api/v1/openapi.json">the interface for programs</a>,
<a href="/health">/health</a>, <a href="/ready">/ready</a>.</p></html>"""


class Pages(StaticFiles):
    """Files where there are such, else the index page; without a build, a page that says so."""

    def __init__(self, folder: Path = UI) -> None:
        super().__init__(directory=folder, check_dir=False)
        self.folder = folder

    async def check_config(self) -> None:
        """A folder that is absent is no defect here: the page that says so is answered."""
        if self.folder.is_dir():
            await super().check_config()

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, the index page, or 404 below ``api`` and ``assets``."""
        try:
            answer = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.replace(os.sep, "/").startswith(NOT_PAGES):
                raise
            answer = await self._index(scope)
        hashed = path.replace(os.sep, "/").startswith(f"{HASHED}/")
        answer.headers["cache-control"] = FOR_EVER if hashed else "no-cache"
        return answer

    async def _index(self, scope: Scope) -> Response:
        if not (self.folder / "index.html").is_file():
            return HTMLResponse(ABSENT, status_code=503)
        return await super().get_response("index.html", scope)
