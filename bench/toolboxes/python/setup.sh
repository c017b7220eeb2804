#!/bin/sh
# The SDK as a wheel, with what it needs and nothing else, in a virtual environment of its own.
set -eu
cd "$(dirname "$0")"
[ -e .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check ../../../sdks/python
