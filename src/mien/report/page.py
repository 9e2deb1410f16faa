"""The report as one file: no network, no scripts but a theme switch and printing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Final

from mien.report.charts.figure import Figure
from mien.report.charts.meaning import definitions

#: Opens the tables for printing, and switches the colours.
SCRIPT: Final = """
const root = document.documentElement, button = document.getElementById('theme');
button.addEventListener('click', () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  button.textContent = dark ? 'Dark colours' : 'Light colours';
});
addEventListener('beforeprint', () => {
  document.querySelectorAll('details').forEach(d => { d.open = true; });
});
"""


@dataclass(frozen=True)
class Moment:
    """A moment worth a look: when, what, and why."""

    when: str
    title: str
    reason: str


@dataclass(frozen=True)
class Page:
    """What the page says, in its order.

    Attributes:
        meta: short facts under the title, such as the length.
        summary: three sentences.
        key_figures: ``(figure, what it is)``.
        figures: the charts.
        method: paragraphs; settings: rows of the table of thresholds.
    """

    title: str
    meta: Sequence[str]
    summary: Sequence[str]
    key_figures: Sequence[tuple[str, str]]
    moments: Sequence[Moment]
    figures: Sequence[Figure]
    notices: Sequence[str]
    method: Sequence[str]
    settings: Sequence[tuple[str, str]]
    version: str


def render(page: Page) -> str:
    """The whole HTML; every word from outside is escaped."""
    return document(page.title, page.meta, _body(page), page.version)


def document(title: str, meta: Sequence[str], body: str, version: str) -> str:
    """A page of ours around ``body``, which is HTML; everything else is escaped."""
    style = _resource("design-tokens.css") + _resource("page.css")
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
        f"{definitions()}{_header(title, meta)}<main>{body}</main>"
        f"<footer><div>Made by mien {escape(version)} on this machine; nothing was sent "
        f"anywhere.</div></footer><script>{SCRIPT}</script></body></html>"
    )


def _resource(name: str) -> str:
    return files("mien.report").joinpath(name).read_text(encoding="utf-8")


def _header(title: str, meta: Sequence[str]) -> str:
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in meta)
    return (
        f'<header><div><div><h1>{escape(title)}</h1><div class="meta">{facts}</div></div>'
        '<button id="theme" type="button">Switch colours</button></div></header>'
    )


def opening(
    summary: Sequence[str], notices: Sequence[str], key_figures: Sequence[tuple[str, str]]
) -> str:
    """The first that is read: sentences, notices, and the figures that matter most."""
    paragraphs = "".join(f"<p>{escape(s)}</p>" for s in summary)
    parts = [f'<section class="summary" aria-label="Summary">{paragraphs}</section>']
    parts += [f'<section class="note"><p>{escape(n)}</p></section>' for n in notices]
    if key_figures:
        items = "".join(
            f"<li><b>{escape(figure)}</b><span>{escape(what)}</span></li>"
            for figure, what in key_figures
        )
        parts.append(f'<ul class="figures" aria-label="Key figures">{items}</ul>')
    return "".join(parts)


def _body(page: Page) -> str:
    parts = [opening(page.summary, page.notices, page.key_figures), _moments(page.moments)]
    parts += [figure_section(f) for f in page.figures]
    parts.append(method_section(page.method, page.settings, ("Threshold", "Value")))
    return "".join(parts)


def _moments(moments: Sequence[Moment]) -> str:
    if not moments:
        return (
            "<section><h2>Moments worth a look</h2><p>No rule found a moment that stands "
            "out.</p></section>"
        )
    items = "".join(
        f"<li><time>{escape(m.when)}</time><span>{escape(m.title)}"
        f"<small>{escape(m.reason)}</small></span></li>"
        for m in moments
    )
    return f'<section><h2>Moments worth a look</h2><ul class="moments">{items}</ul></section>'


def figure_section(figure: Figure) -> str:
    """A chart with its sentence and its table."""
    note = f'<p class="quiet">{escape(figure.note)}</p>' if figure.note else ""
    chart = f'<div class="chart">{figure.svg}</div>' if figure.svg else ""
    return (
        f"<section><h2>{escape(figure.title)}</h2><p>{escape(figure.sentence)}</p>{chart}"
        f"{_table(figure.header, figure.rows)}{note}</section>"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        "<details><summary>Show the table</summary>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def method_section(
    method: Sequence[str], settings: Sequence[tuple[str, str]], header: tuple[str, str]
) -> str:
    """How the figures came about."""
    paragraphs = "".join(f"<p>{escape(p)}</p>" for p in method)
    table = _table(header, settings)
    return f"<section><h2>Method and limits</h2>{paragraphs}{table}</section>"
