#!/bin/sh
# The SDK with what its tests need, in a virtual environment of its own: `sh scripts/setup.sh`. Again only when pyproject.toml changed.
set -eu
cd "$(dirname "$0")/.."
stamp=.venv/.windlass-installed
if [ ! -e "$stamp" ] || ! cmp -s pyproject.toml "$stamp"; then
  python3 -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
  cp pyproject.toml "$stamp"
fi
