"""Which partition a key belongs to: ``(murmur2(key) mod 1024) mod partitions``, with the murmur2 of Java's client."""

from __future__ import annotations

SLOTS = 1024
_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """32 bits, not negative, as Java's client makes it positive."""
    length = len(data)
    h = (_SEED ^ length) & _MASK
    whole = length - length % 4
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little") * _M & _MASK
        k = (k ^ (k >> 24)) * _M & _MASK
        h = (h * _M & _MASK) ^ k
    rest = data[whole:]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * _M & _MASK
    h = (h ^ (h >> 13)) * _M & _MASK
    return (h ^ (h >> 15)) & 0x7FFFFFFF


def slot_of(key: str) -> int:
    return murmur2(key.encode()) % SLOTS


def partition_of(key: str, partitions: int) -> int:
    return slot_of(key) % partitions
