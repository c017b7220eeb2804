"""Columns of an export as a reader of one algorithm wants them: its results in one column, with their units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..definition.result_type import ResultType
from .extras import needed

if TYPE_CHECKING:
    import pandas as pd

RESULT = "result"
_KIND = f"{RESULT}_"
_NO_KIND = "result_type"
_UNIT = b"unit"


def result_schema(told: Any, declared: ResultType[Any] | None) -> Any:
    """The export's schema, with the results of all batches in a column ``result``, which is there even if there are none.

    Where results are of several kinds each keeps its own column, as ``result_double``. ``declared``: tells the units of a struct's fields.
    """
    arrow: Any = needed("pyarrow", "arrow", "results()")
    kinds = [field.name for field in told if field.name.startswith(_KIND) and field.name != _NO_KIND]
    if not kinds:
        return told.append(arrow.field(RESULT, arrow.null()))
    if len(kinds) > 1:
        return told
    at = told.get_field_index(kinds[0])
    return told.set(at, _with_units(arrow, told.field(at).with_name(RESULT), declared))


def as_batch(batch: Any, schema: Any) -> Any:
    """A batch of the export, by the schema that ``result_schema`` made."""
    arrow: Any = needed("pyarrow", "arrow", "results()")
    columns = list(batch.columns)
    if len(columns) < len(schema):
        columns.append(arrow.nulls(batch.num_rows))
    return arrow.RecordBatch.from_arrays(columns, schema=schema)


def _with_units(arrow: Any, field: Any, declared: ResultType[Any] | None) -> Any:
    unit = None if declared is None else declared.unit
    metadata = {**(field.metadata or {}), **({} if unit is None else {_UNIT: unit})}
    if arrow.types.is_struct(field.type) and declared is not None and declared.fields is not None:
        fields = [_with_units(arrow, one, declared.fields.get(one.name)) for one in field.type]
        field = field.with_type(arrow.struct(fields))
    return field.with_metadata(metadata or None)


def to_frame(table: Any) -> pd.DataFrame:
    """Structs are a column for each field, ``result.score``; arrays are numpy's; ``attrs['units']``: units by column."""
    pandas: Any = needed("pandas", "pandas", "results()")
    arrow: Any = needed("pyarrow", "pandas", "results()")
    while any(arrow.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    dtypes = _dtypes(arrow, pandas)
    frame = table.to_pandas(types_mapper=dtypes.get)
    frame.attrs["units"] = {
        field.name: field.metadata[_UNIT].decode() for field in table.schema if _UNIT in (field.metadata or {})
    }
    return frame


def _dtypes(arrow: Any, pandas: Any) -> Mapping[Any, Any]:
    """The same whether a value is missing or not, and exact: numpy has neither a missing integer nor a missing boolean."""
    return {
        arrow.int32(): pandas.Int32Dtype(),
        arrow.int64(): pandas.Int64Dtype(),
        arrow.bool_(): pandas.BooleanDtype(),
        arrow.string(): pandas.StringDtype(),
    }
