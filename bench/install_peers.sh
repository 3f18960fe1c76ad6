#!/bin/sh
# Installs the Python peers into .bench/venv (ignored by git). Usage: bench/install_peers.sh [python3]
set -eu
cd "$(dirname "$0")/.."
"${1:-python3}" -m venv .bench/venv
.bench/venv/bin/pip install --quiet --upgrade pip
.bench/venv/bin/pip install --quiet --requirement bench/requirements.txt
echo "peers installed; run .bench/venv/bin/python bench/kcs_peers.py --help"
