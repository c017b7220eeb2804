"""What an algorithm needs of others: which results, on which windows, and what happens when they are not there as wished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias, TypedDict, TypeVar, overload

from typing_extensions import Unpack

from ..errors import DefinitionError
from .duration import duration_text, duration_us
from .result_type import ResultType

if TYPE_CHECKING:
    from ..execution.context import Input
    from .algorithm import Algorithm

T = TypeVar("T")
V_co = TypeVar("V_co", covariant=True)
Duration: TypeAlias = str | timedelta
Rule = Literal["wait", "runWithout", "skip", "fail"]
Kind = Literal["same", "parent", "children", "previous", "members"]


class Referable(Protocol):
    """An algorithm as far as a dependant needs it."""

    @property
    def ref(self) -> str: ...

    @property
    def reads(self) -> ResultType[Any] | None: ...


class Rules(TypedDict, total=False):
    """What is not given, the hub decides (docs/reference/dependencies.md, "rules").

    on_missing: there is no such result, and none is to come. on_failed: it failed or was skipped. on_provisional: a later revision may
    come. min_completeness: 0..1, of the pane that it is about; on_incomplete: it is below. wait: how long, of processing time;
    after_wait: then. on_revision: it was revised after this algorithm ran: ``rerun``, ``keep`` or the depth of the cascade.
    """

    on_missing: Rule
    on_failed: Rule
    on_provisional: Literal["accept", "wait", "runWithout", "skip", "fail"]
    min_completeness: float
    on_incomplete: Rule
    wait: Duration
    after_wait: Literal["accept", "runWithout", "skip", "fail"]
    on_revision: Literal["rerun", "keep"] | int


@dataclass(frozen=True)
class Remote(Generic[T]):
    """An algorithm of another processor, or this one's own earlier results. ``T``: what its results are in Python."""

    ref: str
    reads: ResultType[Any] | None = None


@overload
def remote(ref: str) -> Remote[Any]: ...
@overload
def remote(ref: str, reads: ResultType[T]) -> Remote[T]: ...
def remote(ref: str, reads: ResultType[Any] | None = None) -> Remote[Any]:
    """``remote('indicator@1')``; with a range, ``remote('indicator@^1.2')``, the highest version that fits when the processor is registered.

    With a type, ``remote('indicator@1', double('%'))``, the hub checks that its results can be read so.
    """
    name, _, version = ref.partition("@")
    if not name or not version or "@" in version:
        raise DefinitionError(f"{ref!r} is not of the form name@version or name@range")
    return Remote(ref, reads)


@dataclass(frozen=True)
class Dependency(Generic[V_co]):
    """One need, with its relation and rules. ``V_co``: what the handler receives."""

    algorithm: Referable
    kind: Kind
    rules: Rules = field(default_factory=Rules)
    count: int | None = None
    gap: int | None = None
    within_us: int | None = None
    duration_us: int | None = None
    gap_us: int | None = None

    @property
    def relation(self) -> str:
        """As tasks name it."""
        return self.kind.upper()

    @property
    def is_single(self) -> bool:
        return self.kind in ("same", "parent")

    @property
    def may_lack(self) -> bool:
        """Whether the algorithm may run although this input is not there."""
        asked = ("on_missing", "on_failed", "on_provisional", "on_incomplete", "after_wait")
        return any(self.rules.get(name) == "runWithout" for name in asked) or self.rules.get("after_wait") == "accept"

    @property
    def previous_key(self) -> str:
        """The text by which a pane names a ``previous`` dependency."""
        if self.count is not None:
            gap = "" if self.gap is None else f", gap {self.gap}"
            within = "" if self.within_us is None else f", within {self.within_us}us"
            return f"previous({self.count}{gap}{within})"
        gap = "" if self.gap_us is None else f", gap {self.gap_us}us"
        return f"previous({self.duration_us}us{gap})"

    def to_json(self) -> dict[str, Any]:
        """As the registration tells it."""
        told: dict[str, Any] = {"algorithm": self.algorithm.ref, "relation": self._declared()}
        if self.algorithm.reads is not None:
            told["reads"] = self.algorithm.reads.to_json()
        for name, value in self.rules.items():
            told[_camel(name)] = _rule(name, value)
        return told

    def _declared(self) -> object:
        if self.kind != "previous":
            return self.kind
        if self.count is not None:
            plain = self.gap is None and self.within_us is None
            return {
                "previous": self.count if plain else _some(count=self.count, gap=self.gap, within=_us(self.within_us))
            }
        if self.gap_us is None:
            return {"previous": _us(self.duration_us)}
        return {"previous": _some(duration=_us(self.duration_us), gap=_us(self.gap_us))}


def _us(amount: int | None) -> str | None:
    return None if amount is None else f"{amount}us"


def _some(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _rule(name: str, value: Any) -> object:
    if name == "wait":
        return duration_text(value)
    return {"rerunDepth": value} if name == "on_revision" and isinstance(value, int) else value


Typed: TypeAlias = "Algorithm[T] | Remote[T]"


@overload
def same(algorithm: Typed[T], **rules: Unpack[Rules]) -> Dependency[T]: ...
@overload
def same(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]: ...
def same(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]:
    """Its result on the same window; the handler receives the value."""
    return Dependency(algorithm, "same", rules)


@overload
def parent(algorithm: Typed[T], **rules: Unpack[Rules]) -> Dependency[T]: ...
@overload
def parent(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]: ...
def parent(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]:
    """Its latest accepted result on the parent window; the handler receives the value."""
    return Dependency(algorithm, "parent", rules)


@overload
def children(algorithm: Typed[T], **rules: Unpack[Rules]) -> Dependency[list[Input[T]]]: ...
@overload
def children(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]: ...
def children(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]:
    """Its results on all child windows, once they are closed; ordered by start."""
    return Dependency(algorithm, "children", rules)


@overload
def members(algorithm: Typed[T], **rules: Unpack[Rules]) -> Dependency[list[Input[T]]]: ...
@overload
def members(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]: ...
def members(algorithm: Referable, **rules: Unpack[Rules]) -> Dependency[Any]:
    """On a group's window: its results over the windows of the group's sources inside it; ordered by start."""
    return Dependency(algorithm, "members", rules)


@overload
def previous(
    algorithm: Typed[T],
    span: int | Duration,
    *,
    gap: int | Duration | None = None,
    within: Duration | None = None,
    **rules: Unpack[Rules],
) -> Dependency[list[Input[T]]]: ...
@overload
def previous(
    algorithm: Referable,
    span: int | Duration,
    *,
    gap: int | Duration | None = None,
    within: Duration | None = None,
    **rules: Unpack[Rules],
) -> Dependency[Any]: ...
def previous(
    algorithm: Referable,
    span: int | Duration,
    *,
    gap: int | Duration | None = None,
    within: Duration | None = None,
    **rules: Unpack[Rules],
) -> Dependency[Any]:
    """Its results on previous windows of the same key, oldest first, fewer at the beginning.

    ``previous(a, 20)``: the last 20; ``gap=1`` without the nearest, ``within='1d'`` of those that begin within a day before this one.
    ``previous(a, '1h')``: those that begin within an hour before this one; ``gap='10m'`` that much earlier.
    """
    if isinstance(span, int):
        if gap is not None and not isinstance(gap, int):
            raise DefinitionError("the gap of a number of windows is a number of windows")
        within_us = None if within is None else duration_us(within)
        return Dependency(algorithm, "previous", rules, count=span, gap=gap, within_us=within_us)
    if within is not None or isinstance(gap, int):
        raise DefinitionError("a duration has no `within`, and its gap is a duration")
    gap_us = None if gap is None else duration_us(gap)
    return Dependency(algorithm, "previous", rules, duration_us=duration_us(span), gap_us=gap_us)


Need: TypeAlias = "Referable | Dependency[Any]"
Needs: TypeAlias = Mapping[str, Need]


def as_dependency(need: Need) -> Dependency[Any]:
    """An algorithm alone means its result on the same window."""
    return need if isinstance(need, Dependency) else same(need)
