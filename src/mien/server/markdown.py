"""Markdown with maths to HTML that is safe to show. Pure; see decision 0027.

markdown-it-py escapes raw HTML; maths becomes MathML, which browsers draw themselves: no
script, no font, no CDN, and screen readers read it. nh3 then keeps only what is listed,
whatever came before.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from mien.server.formulas import FormulaError, mathml

#: Rendered texts kept: a course has about fifty, and all learners see the same.
KEPT: Final = 1024
#: Of a formula's source, in what its author is told.
SHOWN: Final = 60
MEDIA_PATH: Final = "/api/v1/media/"

_PROSE_TAGS: Final = frozenset(
    "p br hr em strong s code pre blockquote ul ol li h2 h3 h4 h5 h6 a img div span "  # noqa: SIM905
    "table thead tbody tr th td".split()
)
_MATH_TAGS: Final = frozenset(
    "math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot munder "  # noqa: SIM905
    "mover munderover mtable mtr mtd mstyle mpadded mphantom menclose".split()
)
_MATH_ATTRIBUTES: Final = frozenset(
    "mathvariant stretchy fence form separator lspace rspace columnalign rowspacing "  # noqa: SIM905
    "columnspacing linethickness displaystyle scriptlevel accent accentunder width height "
    "depth movablelimits largeop minsize maxsize notation columnlines".split()
)
_ATTRIBUTES: Final = {
    **{tag: set(_MATH_ATTRIBUTES) for tag in _MATH_TAGS},
    "math": {"xmlns", "display", "alttext", "aria-label"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "code": {"class"},
    "div": {"class"},
    "span": {"class"},
    "ol": {"start"},
    "th": {"class"},
    "td": {"class"},
}
#: markdown-it's styles of cells as classes: a style would have to be let through whole.
_ALIGNMENTS: Final = {f"text-align:{where}": where for where in ("left", "center", "right")}
_CLASSES: Final = frozenset({"formula", "formula-error", "table", *_ALIGNMENTS.values()})


@dataclass(frozen=True)
class Rendered:
    """HTML, and for the author which formulas are shown as their source, and why."""

    html: str
    problems: tuple[str, ...]


def render(text: str, media: Mapping[str, str] | None = None) -> str:
    """HTML of a Markdown text; see ``rendered``."""
    return rendered(text, media).html


def rendered(text: str, media: Mapping[str, str] | None = None) -> Rendered:
    """A Markdown text as it is shown.

    Args:
        media: name -> address of a file of the course, below ``MEDIA_PATH``;
            ``![…](media:name)`` shows it. Pictures from anywhere else are left out: they
            would tell a foreign host who reads.
    """
    return _render(text, tuple(sorted((media or {}).items())))


@lru_cache(maxsize=KEPT)
def _render(text: str, media: tuple[tuple[str, str], ...]) -> Rendered:
    problems: list[str] = []
    page = _clean(_markdown(dict(media), problems).render(text))
    return Rendered(page, tuple(problems))


def _markdown(media: Mapping[str, str], problems: list[str]) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

    def formula(tex: str, options: Mapping[str, Any]) -> str:
        try:
            return _formula(tex.strip(), block=bool(options.get("display_mode")))
        except FormulaError as error:
            problems.append(f"{tex.strip()[:SHOWN]}: {error}.")
            return f'<code class="formula-error">{html.escape(tex.strip())}</code>'

    markdown.use(dollarmath_plugin, renderer=formula, allow_labels=False, allow_digits=False)

    def picture(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        name = str(token.attrs.get("src", "")).removeprefix("media:")
        token.attrs["src"] = media.get(name, "")
        return str(self.image(tokens, index, options, env))

    markdown.add_render_rule("image", picture)
    for name, rule in _RULES.items():
        markdown.add_render_rule(name, rule)
    markdown.validateLink = _is_link  # type: ignore[method-assign, assignment]
    return markdown


def _heading(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    # The page has the h1: the title of the point.
    tokens[index].tag = f"h{min(6, int(tokens[index].tag[1]) + 1)}"
    return str(self.renderToken(tokens, index, options, env))


def _table(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    # In a box that scrolls: a table that is such a box itself is no table to screen readers.
    made = str(self.renderToken(tokens, index, options, env))
    return f'<div class="table">{made}' if tokens[index].nesting == 1 else f"{made}</div>"


def _cell(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    style = tokens[index].attrs.pop("style", None)
    if style in _ALIGNMENTS:
        tokens[index].attrs["class"] = _ALIGNMENTS[style]
    return str(self.renderToken(tokens, index, options, env))


_RULES: Final = {
    **dict.fromkeys(("heading_open", "heading_close"), _heading),
    **dict.fromkeys(("table_open", "table_close"), _table),
    **dict.fromkeys(("th_open", "td_open"), _cell),
}


def _is_link(address: str) -> bool:
    return address.startswith(("https://", "http://", "mailto:", "media:", "#"))


def _formula(tex: str, *, block: bool) -> str:
    made = mathml(tex, "block" if block else "inline")
    return f'<div class="formula">{made}</div>' if block else made


def _clean(unsafe: str) -> str:
    return nh3.clean(
        unsafe,
        tags=set(_PROSE_TAGS | _MATH_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return value if value in _CLASSES else None
    if tag == "img" and name == "src":
        return value if value.startswith(MEDIA_PATH) else None
    return value
