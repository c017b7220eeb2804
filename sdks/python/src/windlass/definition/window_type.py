"""Window types of the hub, as a processor names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from ..execution.context import Context

M = TypeVar("M")
Timing = Literal["EARLY", "ON_TIME", "LATE", "FINAL"]


@dataclass(frozen=True)
class WindowType(Generic[M]):
    """A window type of the hub: ``WindowType('cycle@1')``. ``M``: a TypedDict of its metadata, which `windlass generate` writes."""

    ref: str

    def metadata(self, context: Context) -> M:
        """The window's metadata, as what this window type says it is."""
        return cast("M", context.window.metadata)

    def __str__(self) -> str:
        return self.ref


@dataclass(frozen=True)
class Binding:
    """Which panes of a window type an algorithm takes. ``min_completeness``: 0..1; what is below or unknown is not taken."""

    window_type: str | WindowType[Any]
    timing: Sequence[Timing] = ("ON_TIME", "LATE")
    min_completeness: float | None = None

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"windowType": str(self.window_type), "on": list(self.timing)}
        if self.min_completeness is not None:
            told["minCompleteness"] = self.min_completeness
        return told


On: TypeAlias = "str | WindowType[Any] | Binding | Sequence[str | WindowType[Any] | Binding]"


def bindings_of(on: On) -> list[Binding]:
    """Every way of writing ``on``, as bindings."""
    entries = [on] if isinstance(on, (str, WindowType, Binding)) else list(on)
    return [entry if isinstance(entry, Binding) else Binding(entry) for entry in entries]
