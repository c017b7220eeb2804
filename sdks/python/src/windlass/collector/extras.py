"""Packages that only some programs need."""

from __future__ import annotations

import importlib
from types import ModuleType

from ..errors import MissingExtra


def needed(package: str, extra: str, what: str) -> ModuleType:
    """The package. Raises MissingExtra, which says how it is installed."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingExtra(f"{what} needs {package}: pip install 'windlass[{extra}]'") from error
