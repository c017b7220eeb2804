"""Results of an algorithm as a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypedDict, overload

from typing_extensions import Unpack

from ..definition.dependency import Referable
from ..errors import ResultsError
from ..moment import Moment, micros
from .columns import as_batch, result_schema, to_frame
from .export import Export
from .extras import needed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

State = Literal["SUCCEEDED", "FAILED", "SKIPPED", "CANCELLED"]

_REF = re.compile(r"[a-z][a-z0-9-]*@\d[0-9A-Za-z.-]*")


class Narrowed(TypedDict, total=False):
    """Which results, and of whom they are asked.

    window_type: ``cycle@1``. state: the verdict. revisions: ``all``: every run, not only the newest of the highest generation. standing:
    ``withdrawn``: what does not hold; default ``current``, with all revisions ``all``. url: of the result-collector, default
    WINDLASS_RESULT_COLLECTOR_URL or http://127.0.0.1:4103. token: default WINDLASS_TOKEN.
    """

    window_type: str
    state: State
    revisions: Literal["latest", "all"]
    standing: Literal["current", "withdrawn", "all"]
    url: str
    token: str


@overload
def results(
    algorithm: str | Referable,
    source: str | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    as_of: Moment | None = None,
    *,
    form: Literal["pandas"] = "pandas",
    **narrowed: Unpack[Narrowed],
) -> pd.DataFrame: ...
@overload
def results(
    algorithm: str | Referable,
    source: str | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    as_of: Moment | None = None,
    *,
    form: Literal["arrow"],
    **narrowed: Unpack[Narrowed],
) -> pa.Table: ...
@overload
def results(
    algorithm: str | Referable,
    source: str | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    as_of: Moment | None = None,
    *,
    form: Literal["stream"],
    **narrowed: Unpack[Narrowed],
) -> pa.RecordBatchReader: ...
def results(
    algorithm: str | Referable,
    source: str | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    as_of: Moment | None = None,
    *,
    form: Literal["pandas", "arrow", "stream"] = "pandas",
    **narrowed: Unpack[Narrowed],
) -> Any:
    """What is known of an algorithm's results, a row for each, in order of window start.

    ``algorithm``: ``indicator@1``, or the algorithm itself, or its stub, which also tell the units of a struct's fields. ``source``: or a
    group; None: of all. ``start`` ≤ window start < ``end``, event time. ``as_of``: only what was known then, processing time; all rows are
    as known at one time, now if it is not given.

    ``form``: ``pandas``: a DataFrame, with a column for each field of a struct (``result.score``), arrays as numpy's, UCUM units by column in
    ``attrs['units']``. ``arrow``: a ``pyarrow.Table``, with the unit in the field's metadata. ``stream``: a ``pyarrow.RecordBatchReader``, for
    more than fits into memory. Times are UTC with microseconds. A run without a result has null, which pandas shows as NaN in a column of
    doubles: ``state`` tells them apart.

    Raises ResultsError with a stable ``code``: BAD_ALGORITHM, BAD_FORM, HUB_UNREACHABLE, BROKEN_OFF, or what the hub refuses with; BadTime;
    MissingExtra.
    """
    if form not in ("pandas", "arrow", "stream"):
        raise ResultsError("BAD_FORM", f"form is {form!r}; possible are 'pandas', 'arrow' and 'stream'")
    if form == "pandas":
        needed("pandas", "pandas", "results()")
    export = Export(_query(algorithm, source, start, end, as_of, narrowed), narrowed.get("url"), narrowed.get("token"))
    schema = result_schema(export.schema, None if isinstance(algorithm, str) else algorithm.reads)
    arrow: Any = needed("pyarrow", "arrow", "results()")
    stream = arrow.RecordBatchReader.from_batches(schema, (as_batch(batch, schema) for batch in export.batches()))
    if form == "stream":
        return stream
    return stream.read_all() if form == "arrow" else to_frame(stream.read_all())


def _query(
    algorithm: str | Referable,
    source: str | None,
    start: Moment | None,
    end: Moment | None,
    as_of: Moment | None,
    narrowed: Narrowed,
) -> dict[str, str]:
    ref = algorithm if isinstance(algorithm, str) else algorithm.ref
    if not _REF.fullmatch(ref):
        raise ResultsError("BAD_ALGORITHM", f"{ref!r} is not of the form name@version; a range names no results")
    moments = {"from": ("start", start), "to": ("end", end), "asOf": ("as_of", as_of)}
    told = {
        "algorithm": ref,
        "source": source,
        **{name: micros(at, what) for name, (what, at) in moments.items() if at is not None},
        "windowType": narrowed.get("window_type"),
        "state": narrowed.get("state"),
        "revisions": narrowed.get("revisions"),
        "standing": narrowed.get("standing"),
    }
    return {name: str(value) for name, value in told.items() if value is not None}
