"""Markdown with maths to HTML that is safe to show. Pure; see decision 0027.

markdown-it-py escapes raw HTML; maths becomes MathML, which browsers draw themselves: no
script, no font, no CDN, and screen readers read it. nh3 then keeps only what is listed,
whatever came before: the MathML converter does not escape its texts.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import nh3
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

#: A formula of a lesson is a line or two; the converter is recursive.
MAX_FORMULA: Final = 2000
#: Rendered texts kept: a course has about fifty, and all learners see the same.
KEPT: Final = 1024
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
    "math": {"xmlns", "display", "alttext"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "code": {"class"},
    "div": {"class"},
    "span": {"class"},
    "ol": {"start"},
}
_CLASSES: Final = frozenset({"formula", "formula-error"})


def render(text: str, media: Mapping[str, str] | None = None) -> str:
    """HTML of a Markdown text.

    Args:
        media: name -> address of a file of the course, below ``MEDIA_PATH``;
            ``![…](media:name)`` shows it. Pictures from anywhere else are left out: they
            would tell a foreign host who reads.
    """
    return _render(text, tuple(sorted((media or {}).items())))


@lru_cache(maxsize=KEPT)
def _render(text: str, media: tuple[tuple[str, str], ...]) -> str:
    return _clean(_markdown(dict(media)).render(text))


def _markdown(media: Mapping[str, str]) -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.use(dollarmath_plugin, renderer=_formula, allow_labels=False, allow_digits=False)

    def picture(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        name = str(token.attrs.get("src", "")).removeprefix("media:")
        token.attrs["src"] = media.get(name, "")
        return str(self.image(tokens, index, options, env))

    def heading(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        # The page has the h1: the title of the point.
        tokens[index].tag = f"h{min(6, int(tokens[index].tag[1]) + 1)}"
        return str(self.renderToken(tokens, index, options, env))

    markdown.add_render_rule("image", picture)
    markdown.add_render_rule("heading_open", heading)
    markdown.add_render_rule("heading_close", heading)
    markdown.validateLink = _is_link  # type: ignore[method-assign, assignment]
    return markdown


def _is_link(address: str) -> bool:
    return address.startswith(("https://", "http://", "mailto:", "media:", "#"))


def _formula(tex: str, options: Mapping[str, Any]) -> str:
    block = bool(options.get("display_mode"))
    mathml = _mathml(tex.strip(), "block" if block else "inline")
    return f'<div class="formula">{mathml}</div>' if block else mathml


def _mathml(tex: str, display: str) -> str:
    source = html.escape(tex)
    if len(tex) <= MAX_FORMULA:
        try:
            made = str(convert(tex, display=display))
            return made.replace("<math ", f'<math alttext="{source}" ', 1)
        except Exception:  # its own kinds, and others for input that it did not expect
            pass
    return f'<code class="formula-error">{source}</code>'


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
