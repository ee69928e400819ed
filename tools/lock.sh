#!/usr/bin/env bash
# Renew the lock files in requirements/ from setup.cfg, with hashes, for every platform.
# Usage: tools/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
lock() {
    "$uv" pip compile setup.cfg --universal --generate-hashes --python-version 3.11 \
        --no-header --no-annotate --quiet "$@"
}
lock "$@" --output-file requirements/base.txt
lock "$@" --extra test --constraint requirements/base.txt --output-file requirements/test.txt
# a lock names packages, never the machine that served them
if grep -nE '^--(index|extra-index|find-links)|https?://' requirements/*.txt; then
    echo "lock: the lines above name a host; remove them" >&2
    exit 1
fi
wc -l requirements/*.txt
