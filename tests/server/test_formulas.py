"""LaTeX to MathML: what is shown is right, and the rest is said to be unknown."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from mien.server.formulas import MAX_FORMULA, FormulaError, mathml


def inside(tex: str) -> str:
    """Without the outer element and row."""
    return re.sub(r"^<math [^>]*><mrow>|</mrow></math>$", "", mathml(tex, "inline"))


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"\ce{H2O}", r"\ce is not known"),
        (r"\SI{5}{m}", r"\SI is not known"),
        (r"x + \foo", r"\foo is not known"),
        (r"\frac{\foo}{2}", r"\foo is not known"),
        (r"\mathxyz{AB}", r"\mathxyz is not known"),
        (r"\ocirc{x}", r"\ocirc is not known"),  # an accent that would stand beside the x
        (r"\left\foo x \right)", r"\left needs a bracket"),
        (r"\big\foo", r"\big needs a bracket"),
        (r"\begin{multline}a\\b\end{multline}", "environment multline is not known"),
        (r"\begin{array}{c@{}c}a&b\end{array}", "columns of an array"),
        (r"\begin{array}{c|c}a&b\end{array}", "lines between columns"),
        (r"\begin{matrix}a\\ \hline b\end{matrix}", r"\hline is not drawn"),
        (r"\begin{pmatrix*}[r]a\end{pmatrix*}", r"\pmatrix* is not drawn"),  # without brackets
        (r"a \not= b", r"\not is not drawn"),
        (r"\mathop{foo}", r"\mathop is not drawn"),  # letters within an operator are not seen
        (r"a & b", "& stands outside"),
        (r"a \\ b", r"\\ stands outside"),
        (r"\text{50\%}", r"\% is not known within \text"),
        (r"\text{if $x$}", r"$ is not known within \text"),
        ("50% of x", "% begins a comment"),
        ("a}", "a } has no {"),
        ("{a", "a { has no }"),
        (r"\frac1", "needs two arguments"),
        (r"\frac{1}{", "a { has no }"),
        (r"\begin{cases} 1", "cannot be read: missing end"),
        (r"x^1^2", "cannot be read: double superscripts"),
        (r"\'e", "\\ cannot stand"),
        ("x" * (MAX_FORMULA + 1), "at most 2000 characters, not 2001"),
        ("{" * 999 + "}" * 999, "cannot be read"),
    ],
)
def test_what_is_not_known_is_said(tex: str, told: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(told)):
        mathml(tex, "block")


def test_equations_below_each_other() -> None:
    aligned = mathml(r"\begin{aligned}a&=b\\c&=d\end{aligned}", "block")
    cells = [(c.get("columnalign"), "".join(c.itertext())) for c in cells_of(aligned)]
    assert cells == [("right", "a"), ("left", "=b"), ("right", "c"), ("left", "=d")]
    gathered = mathml(r"\begin{gathered}a\\b\end{gathered}", "block")
    assert ["".join(c.itertext()) for c in cells_of(gathered)] == ["a", "b"]


def cells_of(page: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(page).findall(".//{*}mtd")


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\mathbb R", "<mi>ℝ</mi>"),
        (r"\boldsymbol{x\alpha}", "<mrow><mi>𝒙</mi><mi>𝜶</mi></mrow>"),
        (r"\mathbf{1}", "<mrow><mn>𝟏</mn></mrow>"),
        (r"\mathrm{d}x", '<mi mathvariant="normal">d</mi><mi>x</mi>'),
        (r"\arg z", "<mo>arg</mo><mi>z</mi>"),
        (r"\bigl\{", '<mo stretchy="true" fence="true" minsize="1.2em" maxsize="1.2em">{</mo>'),
        ("\\text{if x<y}", "<mtext>if\u00a0x&lt;y</mtext>"),
        (r"50\%", "<mn>50</mn><mi>%</mi>"),
    ],
)
def test_what_browsers_do_not_make_of_it_is_made_here(tex: str, shown: str) -> None:
    assert inside(tex) == shown


@pytest.mark.parametrize(
    "tex",
    [
        r"\newcommand{\R}{\mathbb{R}} x \in \R",
        r"\sqrt[3]{x} \not\in \vec v \cdot \hat{n}",
        r"\left.\frac{a}{b}\right|_{x=0} \left\langle x \middle| y \right\rangle",
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix} \binom{n}{k} \pmod{3}",
        r"f(x) = \begin{cases}1 & x \ge 0\\0 & \text{else}\end{cases}",
        r"\operatorname{rank} A \xrightarrow[a]{b} \underbrace{a}_{b} \iff \lim_{x \to 0} x'",
        r"\displaystyle\sum\limits_{i=1}^n \Re z \quad \forall \varepsilon \tag{1}",
    ],
)
def test_common_formulas_are_known(tex: str) -> None:
    assert "\\" not in "".join(ElementTree.fromstring(mathml(tex, "block")).itertext())
