"""Results as a table: what is asked, what a column becomes, and what is told when the answer is none."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import windlass as w
from windlass.collector.columns import as_batch, result_schema, to_frame

UTC_US = pa.timestamp("us", "UTC")


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def stream_of(batch: pa.RecordBatch, times: int = 1) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        for _ in range(times):
            writer.write_batch(batch)
    return sink.getvalue()


def send(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, is_whole: bool = True) -> None:
    handler.send_response(status)
    handler.send_header("transfer-encoding", "chunked")
    handler.send_header("connection", "close")
    handler.end_headers()
    handler.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n" + (b"0\r\n\r\n" if is_whole else b""))
    handler.close_connection = True


def batch_of(**columns: pa.Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(columns)


def frame_of(batch: pa.RecordBatch, declared: w.ResultType[Any] | None = None) -> pd.DataFrame:
    schema = result_schema(batch.schema, declared)
    return to_frame(pa.Table.from_batches([as_batch(batch, schema)]))


DOUBLES = batch_of(source=pa.array(["a", "b"]), result_double=pa.array([1.5, None]))


def test_what_is_asked_is_what_was_meant() -> None:
    asked: list[tuple[dict[str, str], str | None]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append((dict(parse_qsl(urlsplit(handler.path).query)), handler.headers["authorization"]))
        send(handler, stream_of(DOUBLES))

    with answering(answer) as url:
        start, end = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1))), "2026-03-01T00:00:00.000001Z"
        w.results("a@1", "pump-7", start, end, 5, revisions="all", state="FAILED", url=url, token="secret")
        w.results(w.remote("a@1.2.0"), url=url)
    assert asked[0] == (
        {
            "algorithm": "a@1",
            "source": "pump-7",
            "from": "1772319600000000",
            "to": "1772323200000001",
            "asOf": "5",
            "revisions": "all",
            "state": "FAILED",
            "format": "arrow",
        },
        "Bearer secret",
    )
    assert asked[1] == ({"algorithm": "a@1.2.0", "format": "arrow"}, None)


def test_a_table_and_a_stream_are_of_all_batches() -> None:
    with answering(lambda handler: send(handler, stream_of(DOUBLES, 3))) as url:
        table = w.results("a@1", form="arrow", url=url)
        assert table.to_pydict() == {"source": ["a", "b"] * 3, "result": [1.5, None] * 3}
        assert [batch.num_rows for batch in w.results("a@1", form="stream", url=url)] == [2, 2, 2]
        assert len(w.results("a@1", url=url)) == 6


@pytest.mark.parametrize("form", ["pandas", "arrow", "stream"])
@pytest.mark.parametrize("at", [3, -8, -1])
def test_an_answer_that_breaks_off_is_none(form: Any, at: int) -> None:
    def read(url: str) -> None:
        found = w.results("a@1", form=form, url=url)
        if form == "stream":
            found.read_all()

    with (
        answering(lambda handler: send(handler, stream_of(DOUBLES, 2)[:at], is_whole=False)) as url,
        pytest.raises(w.ResultsError) as told,
    ):
        read(url)
    assert told.value.code == "BROKEN_OFF"


def test_a_refusal_is_told_with_its_code() -> None:
    problem = b'{"code":"INVALID_QUERY","detail":"source: is too long"}'
    with (
        answering(lambda handler: send(handler, problem, status=400)) as url,
        pytest.raises(w.ResultsError, match=r"source: is too long \[INVALID_QUERY\]") as told,
    ):
        w.results("a@1", url=url)
    assert (told.value.code, told.value.retryable) == ("INVALID_QUERY", False)


def test_exports_of_others_are_waited_for() -> None:
    waits = iter([True, False])

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if next(waits):
            send(handler, b'{"code":"EXPORTS_BUSY","detail":"2 exports are under way"}', status=429)
        else:
            send(handler, stream_of(DOUBLES))

    with answering(answer) as url:
        assert len(w.results("a@1", url=url)) == 2


def test_a_hub_that_is_not_there_is_told_with_what_to_set() -> None:
    with answering(lambda _: None) as url:
        pass
    with pytest.raises(w.ResultsError, match="WINDLASS_RESULT_COLLECTOR_URL") as told:
        w.results("a@1", url=url)
    assert (told.value.code, told.value.retryable) == ("HUB_UNREACHABLE", True)


@pytest.mark.parametrize(("package", "form"), [("pyarrow", "arrow"), ("pyarrow", "pandas"), ("pandas", "pandas")])
def test_a_package_that_is_missing_is_told_with_how_to_install_it(
    package: str, form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(w.MissingExtra, match=r"needs \w+: pip install 'windlass\[(pandas|arrow)\]'"):
        w.results("a@1", form=form)


def test_a_form_that_is_none_is_told_with_those_there_are() -> None:
    form: Any = "table"
    with pytest.raises(w.ResultsError, match="'pandas', 'arrow' and 'stream'"):
        w.results("a@1", form=form)


@pytest.mark.parametrize("ref", ["a", "a@^1", "a@", "@1", "a@1@2", "A@1"])
def test_an_algorithm_is_named_with_one_version(ref: str) -> None:
    with pytest.raises(w.ResultsError, match="BAD_ALGORITHM"):
        w.results(ref)


@pytest.mark.parametrize(
    ("moment", "us"),
    [
        ("1970-01-02", 86_400_000_000),
        ("1970-01-01T00:00:01.5+00:00" if sys.version_info >= (3, 11) else "1970-01-01T00:00:01.500+00:00", 1_500_000),
        ("1970-01-01T01:00:00.000001+01:00", 1),
        (pd.Timestamp(1_001, unit="ns", tz="UTC"), 1),
        (np.int64(7), 7),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, timezone.utc), -1),
    ],
)
def test_moments_are_read_to_the_microsecond(moment: Any, us: int) -> None:
    assert w.micros(moment) == us


@pytest.mark.parametrize("moment", ["yesterday", datetime(2026, 3, 1), 1.5])
def test_what_is_no_moment_is_told_with_what_would_be(moment: Any) -> None:
    with pytest.raises(w.BadTime, match=r"start .* write '2026-03-29T00:00:00Z'"):
        w.results("a@1", start=moment)


def test_columns_are_typed_whether_something_is_missing_or_not() -> None:
    frame = frame_of(
        batch_of(
            start_time=pa.array([0, 1], UTC_US),
            withdrawn_at=pa.array([None, 1], UTC_US),
            run=pa.array([1, None], pa.int32()),
            stale_input=pa.array([True, None]),
            result_long=pa.array([2**63 - 1, None]),
        )
    )
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "start_time": "datetime64[us, UTC]",
        "withdrawn_at": "datetime64[us, UTC]",
        "run": "Int32",
        "stale_input": "boolean",
        "result": "Int64",
    }
    assert frame["start_time"][1] == pd.Timestamp(1, unit="us", tz="UTC")
    assert frame["result"][0] == 2**63 - 1
    assert frame["result"].isna().tolist() == [False, True]


def test_doubles_are_the_same_bits() -> None:
    bits = np.array([0.1, -0.0, np.inf, -np.inf, np.nan])
    (result,) = [frame_of(batch_of(result_double=pa.array(bits)))["result"]]
    assert result.to_numpy().tobytes() == bits.tobytes()


def test_arrays_are_numpys() -> None:
    lists = pa.array([[1.0, 2.0], [], None], pa.list_(pa.float64()))
    frame = frame_of(batch_of(result_list=lists))
    assert [type(one) for one in frame["result"]] == [np.ndarray, np.ndarray, type(None)]
    assert frame["result"][0].dtype == np.float64
    assert frame["result"][0].tolist() == [1.0, 2.0]


def test_a_struct_is_a_column_for_each_field_with_its_unit() -> None:
    declared = w.struct(score=w.double("%"), label=w.string(), span=w.struct(from_us=w.long("us")))
    values = [{"score": 1.0, "label": "ok", "span": {"from_us": 3}}, None]
    kind = pa.struct({"score": pa.float64(), "label": pa.string(), "span": pa.struct({"from_us": pa.int64()})})
    batch = batch_of(result_struct=pa.array(values, kind))
    frame = frame_of(batch, declared)
    assert frame.to_dict("list")["result.score"][0] == 1.0
    assert list(frame.columns) == ["result.score", "result.label", "result.span.from_us"]
    assert frame.attrs["units"] == {"result.score": "%", "result.span.from_us": "us"}
    result = result_schema(batch.schema, declared).field("result").type
    assert result.field("score").metadata == {b"unit": b"%"}


def test_the_unit_is_the_columns() -> None:
    field = pa.field("result_double", pa.float64(), metadata={"unit": "MB/s"})
    batch = pa.RecordBatch.from_arrays([pa.array([1.0])], schema=pa.schema([field]))
    assert frame_of(batch).attrs["units"] == {"result": "MB/s"}
    assert result_schema(batch.schema, None).field("result").metadata == {b"unit": b"MB/s"}


def test_there_is_a_result_even_where_there_is_none() -> None:
    frame = frame_of(batch_of(source=pa.array(["a"]), result_type=pa.array([None], pa.string())))
    assert frame["result"].tolist() == [None]
    with answering(lambda handler: send(handler, stream_of(DOUBLES.slice(0, 0)))) as url:
        assert w.results("a@1", url=url).to_dict("list") == {"source": [], "result": []}


def test_results_of_several_kinds_keep_a_column_each() -> None:
    both = batch_of(result_double=pa.array([1.0, None]), result_string=pa.array([None, "no"]))
    assert list(frame_of(both).columns) == ["result_double", "result_string"]
