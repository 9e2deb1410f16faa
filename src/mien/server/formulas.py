"""LaTeX formulas to MathML, or why not. Pure; see decision 0027.

The converter puts a command that it does not know into the formula as a letter, and drops an
environment that it does not know around what stands in it. Here every command, environment and
sign is looked up in the converter's own tables first: a formula is shown right, or as its
source.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, tostring

from latex2mathml import commands as known
from latex2mathml.converter import MOVABLE_LIMIT_TEXTS, Converter
from latex2mathml.symbols_parser import SYMBOLS
from latex2mathml.tokenizer import tokenize
from latex2mathml.walker import Node, walk

#: A formula of a lesson is a line or two; the converter is recursive.
MAX_FORMULA: Final = 2000
#: Environments that are another name of one that the converter knows (amsmath, 3.7), and the
#: one function of LaTeX that it lacks.
_ALIASES: Final = {"aligned": "split", "gathered": "displaylines"}
_FUNCTIONS: Final = {r"\arg": r"\operatorname{arg}"}
#: Signs between cells and rows: outside a table they mean nothing.
_OF_TABLES: Final = frozenset(
    {"&", known.DOUBLEBACKSLASH, known.CARRIAGERETURN, known.NONUMBER, known.NOTAG, known.HFIL}
)
#: Converted, but to what browsers do not draw (MathML Core: no lines in tables, nothing
#: within an operator; a stroke that few fonts have) or without its brackets.
_NOT_DRAWN: Final = frozenset(
    {known.HLINE, known.HDASHLINE, known.RULE, known.NOT}
    | {known.MATHBIN, known.MATHREL, known.MATHOP, known.MATHOPEN, known.MATHCLOSE}
    | {known.MATHPUNCT, known.MATHORD}
    | {name for name in known.MATRICES if name.endswith("matrix*") and name != r"\matrix*"}
)
_OUT_OF_PLACE: Final = frozenset({"{", "}", "#", "\\", known.LIMITS, known.NOLIMITS})
_BIG: Final = frozenset(known.BIG) | frozenset(known.BIG_OPEN_CLOSE) | {known.MIDDLE}
_COMMANDS: Final = (
    frozenset(known.CONVERSION_MAP)
    | frozenset(known.LOCAL_FONTS)
    | frozenset(known.GLOBAL_FONTS)
    | frozenset(known.FUNCTIONS)
    | frozenset(MOVABLE_LIMIT_TEXTS)
    | {known.UNICODE, known.MATHSTRUT, known.STRUT, known.IDOTSINT, known.LATEX}
    | {known.TEX, known.NOBREAKSPACE, known.SPACE, r"\ "}
)
#: mathvariant -> words in the names of Unicode's characters: browsers draw no other variant
#: than "normal" (MathML Core, 2.1.5).
_VARIANTS: Final = {
    "bold": ("MATHEMATICAL BOLD",),
    "bold-italic": ("MATHEMATICAL BOLD ITALIC", "MATHEMATICAL BOLD"),
    "double-struck": ("MATHEMATICAL DOUBLE-STRUCK", "DOUBLE-STRUCK"),
    "script": ("MATHEMATICAL SCRIPT", "SCRIPT"),
    "fraktur": ("MATHEMATICAL FRAKTUR", "BLACK-LETTER"),
    "sans-serif": ("MATHEMATICAL SANS-SERIF",),
    "sans-serif-italic": ("MATHEMATICAL SANS-SERIF ITALIC", "MATHEMATICAL SANS-SERIF"),
    "monospace": ("MATHEMATICAL MONOSPACE",),
}
_COMMENT: Final = re.compile(r"(?<!\\)%")
_ASCII_LETTER: Final = re.compile(r"&#x000(?:[46][1-9A-F]|[57][0-9A]);")


class FormulaError(ValueError):
    """What in a formula cannot be shown, in words for its author."""


def mathml(tex: str, display: str) -> str:
    """The formula as MathML, named by its source for those who do not see it.

    Args:
        display: ``block`` on a line of its own, ``inline`` within one.

    Raises:
        FormulaError: unless all of it is known.
    """
    if len(tex) > MAX_FORMULA:
        raise FormulaError(f"a formula has at most {MAX_FORMULA} characters, not {len(tex)}")
    if _COMMENT.search(tex):
        raise FormulaError(r"% begins a comment: write \%")
    try:
        _check_braces(tex)
        converter = Converter(display=display)
        converter.macros = _macros()
        _check(walk(tex, display, macros=_macros()), within="")
        math = converter.convert_to_element(tex)
        for element in math.iter():
            _draw(element)
        math.set("alttext", tex)
        math.set("aria-label", tex)  # Chromium names a control by this, never by the formula
        return tostring(math, encoding="unicode")
    except FormulaError:
        raise
    except Exception as error:  # its own kinds, and others for input that it did not expect
        raise FormulaError(_words(error)) from error


def _macros() -> dict[str, tuple[list[str], int]]:
    environments = {
        rf"\{end}{{{name}}}": ([rf"\{end}{{{of}}}"], 0)
        for name, of in _ALIASES.items()
        for end in ("begin", "end")
    }
    return environments | {name: ([of], 0) for name, of in _FUNCTIONS.items()}


def _words(error: Exception) -> str:
    name = type(error).__name__.removesuffix("Error")
    return "it cannot be read: " + re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def _check_braces(tex: str) -> None:
    depth = 0
    for token in tokenize(tex):
        depth += (token == "{") - (token == "}")
        if depth < 0:
            raise FormulaError("a } has no { before it")
    if depth:
        raise FormulaError("a { has no } after it")


def _check(nodes: Iterable[Node], within: str) -> None:
    for node in nodes:
        if node.alignment is not None:
            _check_environment(node)
        _check_sign(node, within)
        _check_text(node)
        if node.children is not None:
            _check(node.children, node.token)


def _check_sign(node: Node, within: str) -> None:
    token = node.token
    if token in _OF_TABLES:
        if within not in known.MATRICES:
            raise FormulaError(f"{token} stands outside of an environment with rows")
    elif token in _OUT_OF_PLACE:
        raise FormulaError(f"{token} cannot stand where it does")
    elif token in _NOT_DRAWN:
        raise FormulaError(f"{token} is not drawn here")
    elif token.startswith("\\") and not _is_known(token):
        raise FormulaError(f"{token} is not known here")
    elif token in known.COMMANDS_WITH_TWO_PARAMETERS and len(node.children or ()) != 2:
        raise FormulaError(f"{token} needs two arguments")
    elif token in {known.LEFT, known.RIGHT} and not _is_delimiter(node.delimiter or ""):
        raise FormulaError(f"{token} needs a bracket after it, not {node.delimiter}")


def _is_known(token: str) -> bool:
    if token.startswith(known.OPERATORNAME):
        return token.endswith("}")
    if token in _COMMANDS:
        return True
    letter = SYMBOLS.get(token)  # an accent stands on a letter, and would stand beside it
    return letter is not None and not unicodedata.category(chr(int(letter, 16))).startswith("M")


def _is_delimiter(token: str) -> bool:
    return (token in SYMBOLS and not token.isalnum()) or token == "."


def _check_text(node: Node) -> None:
    if node.text is None or node.token == known.VERB:
        return
    if node.token in _BIG:
        if not _is_delimiter(node.text):
            raise FormulaError(f"{node.token} needs a bracket after it, not {node.text}")
    elif found := re.search(r"\\[A-Za-z]*.?|[${}]", node.text):
        raise FormulaError(f"{found[0]} is not known within {node.token}")


def _check_environment(node: Node) -> None:
    name = node.token.removeprefix("\\")
    if node.token not in known.MATRICES:
        raise FormulaError(f"the environment {name} is not known here")
    if name == "array" and not node.alignment:
        raise FormulaError("the columns of an array are given by l, c and r alone: {lcr}")
    if "|" in (node.alignment or ""):
        raise FormulaError("lines between columns are not drawn here: leave out the |")


def _draw(element: Element) -> None:
    """Real characters instead of references, and of the variant that is asked for."""
    if element.text is None:
        return
    if element.tag == "mi" and _ASCII_LETTER.fullmatch(element.text):
        element.set("mathvariant", "normal")  # \mathrm{d}: a lone letter would be slanted
    element.text = html.unescape(element.text)
    if element.tag == "mo" and element.text in SYMBOLS:  # \big\{
        element.text = chr(int(SYMBOLS[element.text], 16))
    names = _VARIANTS.get(element.get("mathvariant", ""), ())
    if names and element.tag != "mtext":
        del element.attrib["mathvariant"]
        element.text = "".join(_variant(letter, names) for letter in element.text)


def _variant(letter: str, names: tuple[str, ...]) -> str:
    own = re.sub(r"^(LATIN|GREEK) | LETTER", "", unicodedata.name(letter, ""))
    for name in names:
        try:
            return unicodedata.lookup(f"{name} {own}")
        except KeyError:
            continue
    return letter
