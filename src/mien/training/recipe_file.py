"""Recipe files: reading, overriding (``--set``), checking and writing them.

Every fault is told with the file, the key, what was expected and, for a key that does
not exist, the nearest one that does.
"""

from __future__ import annotations

import copy
import difflib
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

import mien
from mien.errors import SettingsError, choose_from
from mien.networks.table import SYSTEMS
from mien.training.system_recipe import SystemRecipe

T = TypeVar("T")

#: Keys that a stage may tell; the network is one for all of them.
STAGE_KEYS = ("name", "data", "augmentation", "loss", "optimizer", "schedule", "training")


def recipes_directory() -> Path:
    """The shipped recipes: beside the sources, or inside an installed package."""
    package = Path(mien.__file__).parent
    inside = package / "recipes"
    return inside if inside.is_dir() else package.parents[1] / "recipes"


def find_recipe(name: str) -> Path:
    """The file of that path, or the shipped recipe of that name.

    Raises:
        SettingsError: there is neither; shipped ones are listed.
    """
    if Path(name).is_file():
        return Path(name)
    shipped = {path.stem: path for path in sorted(recipes_directory().glob("*.yaml"))}
    shipped = {stem: path for stem, path in shipped.items() if not stem.startswith("bundled")}
    if name not in shipped:
        raise SettingsError(choose_from("Recipe", name, shipped))
    return shipped[name]


def read_recipe(path: Path, overrides: Iterable[str] = ()) -> SystemRecipe:
    """The recipe of a file with ``key=value`` overrides laid over it.

    Raises:
        SettingsError: it cannot be read, or a key or value is not valid.
    """
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    # Deep nesting, and scalars that only look like dates, are errors of Python, not of YAML.
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise SettingsError(f"The recipe {path} cannot be read: {reason}") from error
    if not isinstance(tree, dict):
        raise SettingsError(
            f"The recipe {path} must be a table of keys, as docs/training.md shows."
        )
    for override in overrides:
        _override(tree, override)
    return recipe_of(tree, str(path))


def recipe_of(tree: Mapping[str, Any], where: str = "the recipe") -> SystemRecipe:
    """A checked recipe, its stages too.

    Raises:
        SettingsError: as :func:`read_recipe`.
    """
    recipe = _build(SystemRecipe, tree, where, "")
    stages_of(recipe, where)
    return recipe


def stages_of(recipe: SystemRecipe, where: str = "the recipe") -> list[tuple[str, SystemRecipe]]:
    """``(name, recipe without stages)`` in order; one, named '', where there are none."""
    if not recipe.stages:
        return [("", recipe)]
    base = as_tree(recipe) | {"stages": []}
    found = []
    for number, stage in enumerate(recipe.stages):
        _refuse_unknown(stage, STAGE_KEYS, where, f"stages.{number}.")
        name = str(stage.get("name", f"stage-{number + 1}"))
        told = {key: value for key, value in stage.items() if key != "name"}
        found.append((name, _build(SystemRecipe, _laid_over(base, told), where, "")))
    if len({name for name, _ in found}) < len(found):
        raise SettingsError(f"{where}: every stage needs a name of its own.")
    return found


def as_tree(recipe: SystemRecipe) -> dict[str, Any]:
    """Plain dictionaries and lists, every key told."""
    tree = asdict(recipe)
    tree["stages"] = [dict(stage) for stage in recipe.stages]
    return tree


def as_yaml(recipe: SystemRecipe) -> str:
    """The text of a complete recipe file."""
    return yaml.safe_dump(as_tree(recipe), sort_keys=False, allow_unicode=True)


def differences(one: SystemRecipe, other: SystemRecipe) -> list[str]:
    """``key: value → value`` for each key that differs."""
    a, b = (dict(_leaves(as_tree(recipe))) for recipe in (one, other))
    keys = [*a, *(key for key in b if key not in a)]
    return [f"{k}: {a.get(k)!r} → {b.get(k)!r}" for k in keys if a.get(k) != b.get(k)]


def setting_paths() -> list[str]:
    """Every key with its section, as ``--set`` takes it."""
    found = []
    for item in fields(SystemRecipe):
        section = get_type_hints(SystemRecipe)[item.name]
        inner = fields(section) if is_dataclass(section) else ()
        found += [f"{item.name}.{part.name}" for part in inner] or [item.name]
    return found


def _leaves(tree: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(tree, dict) and tree:
        return [leaf for k, v in tree.items() for leaf in _leaves(v, f"{path}.{k}" if path else k)]
    return [(path, tree)]


def _laid_over(base: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """``told`` over ``base``, sections key by key."""
    out = dict(base)
    for key, value in told.items():
        inner = out.get(key)
        if isinstance(inner, Mapping) and isinstance(value, Mapping):
            value = _laid_over(inner, value)
        out[key] = value
    return out


def _override(tree: dict[str, Any], text: str) -> None:
    """Sets one key in place. A name that only one section has needs no section. One that does
    not begin with ``stages`` holds in every stage, those too that tell it otherwise."""
    name, equals, written = text.partition("=")
    name = name.strip()
    if not equals or not name:
        raise SettingsError(f"--set takes key=value, for example max_steps=30; got {text!r}.")
    paths = setting_paths()
    if "." not in name and name not in paths:
        matches = [path for path in paths if path.split(".")[-1] == name]
        if len(matches) != 1:
            raise SettingsError(choose_from("Setting", name, _choices(name, tree, matches)))
        name = matches[0]
    *sections, last = name.split(".")
    place: Any = tree
    for section in sections:
        place = _inner(place, section, text)
    key: Any = int(last) if isinstance(place, list) and last.isdigit() else last
    try:
        place[key] = yaml.safe_load(written)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise SettingsError(f"--set {text}: the value cannot be read as YAML.") from error
    except (IndexError, TypeError) as error:
        raise SettingsError(f"--set {text}: there is no {name} in this recipe.") from error
    if name.partition(".")[0] != "stages" and isinstance(tree.get("stages"), list | tuple):
        tree["stages"] = [_without(stage, [*sections, last]) for stage in tree["stages"]]


def _without(tree: Any, keys: Sequence[str]) -> Any:
    """A copy in which the key at the end of this path is not told."""
    if not isinstance(tree, Mapping):
        return tree
    first, *more = keys
    kept = {key: value for key, value in tree.items() if more or key != first}
    return {key: _without(kept[key], more) if key == first else kept[key] for key in kept}


def _choices(name: str, tree: Mapping[str, Any], matches: list[str]) -> list[str]:
    """Keys to name in an error: those that could be meant, a network's switches among them."""
    if matches:
        return matches
    system = SYSTEMS.get(str(tree.get("system")))
    switches = list(system.switches) if system else []
    if name in switches:
        return [f"switches.{name}"]
    paths = [*setting_paths(), *(f"switches.{switch}" for switch in switches)]
    # Most keys are told without their section, so those are what a slip is nearest to.
    near = difflib.get_close_matches(name, [path.split(".")[-1] for path in paths])
    return list(dict.fromkeys(near)) or paths


def _inner(place: Any, section: str, text: str) -> Any:
    if isinstance(place, list) and section.isdigit() and int(section) < len(place):
        place[int(section)] = copy.copy(place[int(section)])
        return place[int(section)]
    if not isinstance(place, dict):
        raise SettingsError(f"--set {text}: {section!r} is not a section of this recipe.")
    if not isinstance(place.get(section), dict | list):
        place[section] = {}
    return place[section]


def _refuse_unknown(tree: Any, valid: Iterable[str], where: str, path: str) -> None:
    if not isinstance(tree, Mapping):
        raise SettingsError(f"{where}: {path.rstrip('.') or 'it'} must be a table of keys.")
    for key in tree:
        if key not in tuple(valid):
            raise SettingsError(f"{where}: {path}" + choose_from("key", str(key), valid))


def _build(kind: type[T], tree: Any, where: str, path: str) -> T:
    """An instance of a dataclass from a checked mapping."""
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    _refuse_unknown(tree, known, where, path)
    hints = get_type_hints(kind)
    values = {
        name: _value(hints[name], tree[name], item, where, path + name)
        for name, item in known.items()
        if name in tree
    }
    for name, item in known.items():
        if name not in values and item.default is item.default_factory is MISSING:
            raise SettingsError(f"{where}: {path}{name} is missing.")
    return kind(**values)


def _value(hint: Any, value: Any, item: Field[Any], where: str, path: str) -> Any:
    origin = get_origin(hint)
    if is_dataclass(hint):
        return _build(hint, value, where, path + ".")  # type: ignore[arg-type]
    if origin is Literal:
        if value not in get_args(hint):
            raise SettingsError(f"{where}: {choose_from(path, value, get_args(hint))}")
        return value
    if origin in (Union, types.UnionType):
        raise TypeError(f"{path}: unions are not used in recipes")
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _wrong(where, path, "a list", value)
        return tuple(value)
    if origin is not None:  # Mapping[str, float], Mapping[str, Any]
        if not isinstance(value, Mapping):
            raise _wrong(where, path, "a table of keys", value)
        inner = get_args(hint)[1]
        return {
            str(k): v if inner is Any else _scalar(inner, v, where, f"{path}.{k}")
            for k, v in value.items()
        }
    return _within(item, _scalar(hint, value, where, path), where, path)


def _scalar(hint: Any, value: Any, where: str, path: str) -> Any:
    if hint is float and isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return float(value)  # YAML 1.1 reads 1e-4, without a point, as text
        except ValueError:
            raise _wrong(where, path, "a number", value) from None
    if type(value) is not hint:
        words = {int: "a whole number", bool: "true or false", str: "text", float: "a number"}
        raise _wrong(where, path, words[hint], value)
    return value


def _within(item: Field[Any], value: Any, where: str, path: str) -> Any:
    low, high = item.metadata.get("low"), item.metadata.get("high")
    if low is not None and high is not None and not low <= value <= high:
        raise _wrong(where, path, f"a number from {low} to {high}", value)
    return value


def _wrong(where: str, path: str, expected: str, value: Any) -> SettingsError:
    return SettingsError(f"{where}: {path} must be {expected}; got {value!r}.")
