"""Metadata as it travels: None, booleans, 64-bit floats and text by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import limits


class UnfitMetadata(Exception):
    """Metadata that cannot travel; the message says why."""


def plain_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Whole numbers become floats, numpy's scalars what they are. Raises UnfitMetadata."""
    told = {name: _plain(name, value) for name, value in metadata.items()}
    length = len(json.dumps(told, ensure_ascii=False).encode())
    if length > limits.METADATA_BYTES:
        raise UnfitMetadata(f"metadata of {length} bytes, limit metadataBytes is {limits.METADATA_BYTES}")
    return told


def _plain(name: str, value: Any) -> bool | float | str | None:
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if plain is None or isinstance(plain, (bool, float, str)):
        return plain
    raise UnfitMetadata(f"metadata.{name} is {type(plain).__name__}; it can be None, bool, a number or text")
