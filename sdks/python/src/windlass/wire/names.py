"""What names and ids are made of."""

from __future__ import annotations

import re
from typing import Any

from . import limits

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

NAME_RULE = f"lower-case letters, digits and '-', a letter first, at most {limits.NAME_LENGTH} characters (nameLength)"
SOURCE_RULE = f"1 to {limits.NAME_LENGTH} characters (nameLength), no control characters, no white space at its ends"


def is_name(text: Any) -> bool:
    """Of a signal, a window type, an algorithm, a processor, a team."""
    return isinstance(text, str) and len(text) <= limits.NAME_LENGTH and _NAME.fullmatch(text) is not None


def is_source_name(text: Any) -> bool:
    """Sources are named by the world."""
    return is_text(text, limits.NAME_LENGTH) and text == text.strip()


def is_text(text: Any, most: int) -> bool:
    """An id, a correlation, an emission key."""
    return isinstance(text, str) and 0 < len(text) <= most and _CONTROL.search(text) is None


def text_rule(most: int, limit: str) -> str:
    return f"1 to {most} characters ({limit}), none a control character"
