"""What the README shows is true: its code is typed, and runs. So is that of pages that show Python."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_results import DOUBLES, answering, send, stream_of

import windlass as w

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
GENERATE = HERE.parents[2] / "docs" / "reference" / "generate.md"
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Names of what is called: all of them exist.
NAMES = re.compile(r"\bw\.(\w+)")


def snippets(page: Path = README) -> list[str]:
    return CODE.findall(page.read_text("utf-8"))


@pytest.fixture(scope="module")
def collector() -> Iterator[str]:
    with answering(lambda handler: send(handler, stream_of(DOUBLES))) as url:
        yield url


def test_there_is_code_in_it() -> None:
    assert len(snippets()) >= 4


def test_its_code_runs_from_top_to_bottom(
    collector: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WINDLASS_RESULT_COLLECTOR_URL", collector)
    monkeypatch.setattr(w, "signal_publisher", Publisher)
    (tmp_path / "task.json").write_bytes((HERE.parent / "samples" / "tasks" / "chain.json").read_bytes())
    globals_: dict[str, Any] = {"__name__": "readme"}
    for at, code in enumerate(snippets()):
        exec(compile(code, f"README.md, snippet {at + 1}", "exec"), globals_)
    assert Publisher.published


@pytest.mark.parametrize("page", [README, GENERATE], ids=lambda page: page.name)
def test_its_code_is_strictly_typed(page: Path, tmp_path: Path) -> None:
    module = tmp_path / "readme.py"
    module.write_text("\n\n".join(snippets(page)), "utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", str(HERE.parent / "pyproject.toml"), str(module)],
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.startswith("Success"), checked.stdout


def test_what_its_tables_name_exists() -> None:
    text = README.read_text("utf-8")
    assert [name for name in sorted(set(NAMES.findall(text))) if not hasattr(w, name)] == []


class Publisher:
    """Stands where Kafka would be: what is published has passed the record's own checks."""

    published: list[w.NewSignal] = []  # noqa: RUF012

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, *_: object) -> None: ...

    def publish(self, signals: Any) -> None:
        from windlass.signals.signal_record import encode_signal

        for one in signals:
            encode_signal(one, 1)
            self.published.append(one)
