#!/usr/bin/env bash
# What DATE's network costs beside the same step in JAX, in one go on this machine. Usage: bench/date.sh
set -euo pipefail
cd "$(dirname "$0")/.."
cargo bench -p tidewaiter-learn --bench attention
"${BENCH_PYTHON:-.bench/venv/bin/python}" bench/date_step_jax.py
