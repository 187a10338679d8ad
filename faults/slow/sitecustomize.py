"""Loaded by every Python process that finds this folder on its path: typesetting never ends."""

import importlib.abc
import importlib.util
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

SECONDS = 60


def hang(*_: Any, **__: Any) -> None:
    """What a layout does that finds no place for a line."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(0.05)
    raise RuntimeError("nobody broke the typesetting off")


class Slow(importlib.abc.MetaPathFinder):
    """Lets weasyprint be imported as it is, and then takes its layout away."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname != "weasyprint":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            module.HTML.render = hang  # type: ignore[attr-defined]

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, Slow())
