"""Collects the child windows of one execution."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import NonRetryableError
from ..wire import limits


class BadEmission(NonRetryableError):
    """An algorithm emitted a child window that cannot be."""


class Emissions:
    def __init__(self, key: str, allowed: Sequence[str]) -> None:
        self.items: list[dict[str, Any]] = []
        self._key = key
        self._allowed = frozenset(allowed)

    def add(
        self,
        window_type: str,
        start_us: Any,
        end_us: Any,
        metadata: Mapping[str, Any],
        key: Any,
        emission_key: Any,
    ) -> None:
        """Raises BadEmission on an undeclared type, an empty window, too many windows, or too much metadata."""
        if window_type not in self._allowed:
            raise BadEmission(f"emits {window_type}, declared are {', '.join(sorted(self._allowed)) or 'none'}")
        start, end = _whole(start_us), _whole(end_us)
        if start is None or end is None or end <= start:
            wanted = "whole microseconds, the end after the start"
            raise BadEmission(f"a window [{start_us}, {end_us}) is no window: {wanted}")
        key = self._key if key is None else key
        _check_text("key", key, limits.NAME_LENGTH, "nameLength")
        if emission_key is not None:
            _check_text("emission_key", emission_key, limits.ID_LENGTH, "idLength")
        if len(self.items) >= limits.EMISSIONS_PER_RESULT:
            raise BadEmission(f"more than {limits.EMISSIONS_PER_RESULT} windows (emissionsPerResult)")
        self.items.append(
            {
                "windowType": window_type,
                "key": key,
                "startUs": start,
                "endUs": end,
                "emissionKey": emission_key,
                "metadata": _metadata(metadata),
            }
        )


def _whole(us: Any) -> int | None:
    """numpy's integers count as well."""
    try:
        whole = us.__index__()
    except (AttributeError, TypeError):
        return None
    return int(whole) if abs(whole) < 2**53 else None


def _check_text(what: str, text: Any, most: int, limit: str) -> None:
    if not isinstance(text, str) or not 0 < len(text) <= most or any(ord(one) < 32 or ord(one) == 127 for one in text):
        raise BadEmission(
            f"{what} is {text!r:.60}; it must have 1 to {most} characters ({limit}), none a control character"
        )


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in metadata.items():
        plain = value.item() if hasattr(value, "item") else value
        if isinstance(plain, int) and not isinstance(plain, bool):
            plain = float(plain)
        if plain is not None and not isinstance(plain, (bool, float, str)):
            raise BadEmission(f"metadata.{name} is {type(plain).__name__}; it can be None, bool, a number or text")
        told[name] = plain
    length = len(json.dumps(told, ensure_ascii=False).encode())
    if length > limits.METADATA_BYTES:
        raise BadEmission(f"metadata of {length} bytes, limit metadataBytes is {limits.METADATA_BYTES}")
    return told
