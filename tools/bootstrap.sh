#!/bin/sh
# Make or refresh .venv from the lock. Idempotent: it does nothing when the lock and the project file are unchanged.
set -eu
cd "$(dirname "$0")/.."

fail() { printf '%s\n' "$1" >&2; exit 1; }

python=""
for candidate in "${PYTHON:-}" python3.11 python3; do
  if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || fail "Python 3.11 is needed and was not found: apt-get install python3.11 python3.11-venv, or set PYTHON=/path/to/python3.11."

stamp=.venv/.installed
wanted=$(cat requirements-dev.txt pyproject.toml tools/bootstrap.sh | sha256sum | cut -d ' ' -f 1)
[ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ] || exit 0

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    fail "Python's venv module is missing: run 'sudo apt-get install python3.11-venv' once, then this again."
  apt-get update -qq && apt-get install -qq -y python3.11-venv >/dev/null
fi

printf 'Installing the locked packages into .venv (about 1 GB, once) ...\n'
if ! .venv/bin/python -m uv --version >/dev/null 2>&1; then
  rm -rf .venv
  "$python" -m venv .venv
  # uv installs the lock in seconds where pip takes minutes; its own pin comes from the lock, hashes included.
  sed -n '/^uv==/,/[^\\]$/p' requirements-dev.txt > .venv/uv-requirement.txt
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    -r .venv/uv-requirement.txt
fi
.venv/bin/python -m uv pip sync --quiet --require-hashes --python .venv/bin/python requirements-dev.txt
.venv/bin/python -m uv pip install --quiet --no-deps --no-build-isolation --python .venv/bin/python --editable .
printf '%s\n' "$wanted" > "$stamp"
