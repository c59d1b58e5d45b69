#!/bin/sh
# Build the pages into dist/ with a Node from PyPI: the machine needs none of its own.
set -eu
cd "$(dirname "$0")"
python=../../.venv/bin/python
tools=../../build/ui-tools
if [ ! -x "$tools/bin/node" ]; then
  "$python" -m venv "$tools"
  "$tools/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements-build.txt
fi
PATH="$(cd "$tools/bin" && pwd):$PATH"
export PATH
"$python" -W ignore -c '
import json
from pathlib import Path
from media_ai_web.app import create_app
document = create_app(gate=None, airflow=None, cipher=None).openapi()
Path("openapi.json").write_text(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
'
npm ci --silent
npm run --silent build
