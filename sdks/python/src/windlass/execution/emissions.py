"""Collects the child windows of one execution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import NonRetryableError
from ..wire import limits
from ..wire.metadata import UnfitMetadata, plain_metadata
from ..wire.names import is_text, text_rule


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
        if not is_text(key, limits.NAME_LENGTH):
            raise BadEmission(f"key is {key!r:.60}; it must have {text_rule(limits.NAME_LENGTH, 'nameLength')}")
        if emission_key is not None and not is_text(emission_key, limits.ID_LENGTH):
            rule = text_rule(limits.ID_LENGTH, "idLength")
            raise BadEmission(f"emission_key is {emission_key!r:.60}; it must have {rule}")
        if len(self.items) >= limits.EMISSIONS_PER_RESULT:
            raise BadEmission(f"more than {limits.EMISSIONS_PER_RESULT} windows (emissionsPerResult)")
        try:
            told = plain_metadata(metadata)
        except UnfitMetadata as error:
            raise BadEmission(str(error)) from None
        self.items.append(
            {
                "windowType": window_type,
                "key": key,
                "startUs": start,
                "endUs": end,
                "emissionKey": emission_key,
                "metadata": told,
            }
        )


def _whole(us: Any) -> int | None:
    """numpy's integers count as well."""
    try:
        whole = us.__index__()
    except (AttributeError, TypeError):
        return None
    return int(whole) if abs(whole) < 2**53 else None
