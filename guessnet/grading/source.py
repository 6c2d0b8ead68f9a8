"""The source of a notebook's function, with all that it needs to run in a program of its own."""

import dis
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

#: The instructions that look a global name up; what has a dot before it is none.
_READS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")


def standalone_source(function: Callable[..., object]) -> str | None:
    """The text of a program that defines `function`; None where it cannot be put together.

    Its imports come first, then the functions, classes and plain values that it uses.
    """
    parts: dict[str, str] = {}
    try:
        _collect(function, parts)
    except (OSError, TypeError, ValueError):
        return None
    modules = [part for part in parts.values() if part.startswith("import ")]
    names = [part for part in parts.values() if part.startswith("from ")]
    others = [part for part in parts.values() if part not in modules + names]
    imports = "\n".join(sorted(modules) + sorted(names))
    return "\n\n\n".join([imports, *others]).lstrip() + "\n"


def _collect(thing: Any, parts: dict[str, str]) -> None:
    """Add the source of a function or class, after that of everything that it mentions."""
    source = inspect.cleandoc("\n" + inspect.getsource(thing))
    own = getattr(inspect.unwrap(thing), "__globals__", None)
    if own is None:
        own = vars(inspect.getmodule(thing))
    if getattr(thing, "__closure__", None):
        raise ValueError("it uses variables of the function around it")
    parts.setdefault(thing.__name__, "")  # it may mention itself
    for name in _names(compile(source, "answer", "exec")):
        if name in own and name not in parts and not name.startswith("__"):
            _add(name, own[name], own, parts)
    parts[thing.__name__] = parts.pop(thing.__name__) or source


def _add(name: str, value: Any, own: dict[str, Any], parts: dict[str, str]) -> None:
    if isinstance(value, types.ModuleType):
        known_as = "" if value.__name__ == name else f" as {name}"
        parts[name] = f"import {value.__name__}{known_as}"
    elif getattr(value, "__globals__", None) is own or (
        isinstance(value, type) and value.__module__ == own.get("__name__")
    ):
        _collect(value, parts)
    elif isinstance(value, bool | int | float | str | bytes | None | tuple):
        parts[name] = _import_of(name, value, own) or f"{name} = {value!r}"
    elif isinstance(value, dict | list | set) and not value:
        parts[name] = f"{name} = {type(value).__name__}()"
    elif module := getattr(value, "__module__", None):
        parts[name] = f"from {module} import {value.__name__} as {name}"
    else:
        raise ValueError(f"{name} cannot be written down")


def _import_of(name: str, value: Any, own: dict[str, Any]) -> str:
    """What imports a value that a standard module at hand has by this name; "" for any other."""
    for module in filter(inspect.ismodule, own.values()):
        known = module.__name__ in sys.stdlib_module_names and name in vars(module)
        if known and vars(module)[name] is value:
            return f"from {module.__name__} import {name}"
    return ""


def _names(code: types.CodeType) -> Iterator[str]:
    """The global names that a piece of code mentions, also in the functions within it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in _READS:
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
