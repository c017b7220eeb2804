"""Prints what must be there for the toolbox to run: `program`, the packages beside it; `runtime`, the interpreter and its library."""

import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

#: What makes the environment, not what runs in it.
TOOLS = {"pip", "setuptools", "wheel"}


def program() -> set[Path]:
    """Every installed file, with what Python compiles beside it."""
    files = [
        Path(str(one.locate_file(file))).resolve()
        for one in distributions()
        if one.metadata["Name"] not in TOOLS
        for file in one.files or []
    ]
    return {Path(__file__).with_name("toolbox.py"), *(one for one in files if one.is_file())}


def runtime() -> set[Path]:
    """Without what others have installed."""
    library = Path(sysconfig.get_path("stdlib"))
    files = (one for one in library.rglob("*") if one.is_file() and "site-packages" not in one.parts)
    return {Path(sys.executable).resolve(), *files}


print(*sorted(program() if sys.argv[1] == "program" else runtime()), sep="\n")
