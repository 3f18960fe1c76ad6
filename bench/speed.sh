#!/usr/bin/env bash
# Speed on this machine, in one go: features + training + scoring on the Korean data against pandas + LightGBM, then ROWS
# rows scored from a CSV file with and without reasons, with peak memory. Usage: bench/speed.sh [DATA] [ROWS]
set -euo pipefail
cd "$(dirname "$0")/.."
data="${1:-${TIDEWAITER_DATA:-../shared/data}}/kcs"
rows="${2:-10000000}"
binary="${TIDEWAITER_BINARY:-target/release/tidewaiter}"
python="${BENCH_PYTHON:-.bench/venv/bin/python}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() { # label, command...
  local label="$1"; shift
  /usr/bin/time -f "$label: %e s wall, %U s user, %M KB peak" "$@" >/dev/null
}

echo "== end to end on train.csv and valid.csv, three times each"
for _ in 1 2 3; do
  measure "tidewaiter train gbdt" "$binary" train --schema schemas/kcs.toml --data "$data/train.csv" --model gbdt --seed 1 --out "$work/m.tw"
  measure "tidewaiter score" "$binary" score --schema schemas/kcs.toml --model "$work/m.tw" --history "$data/train.csv" \
    --data "$data/valid.csv" --reasons none --out "$work/s.csv"
  measure "pandas + LightGBM" "$python" bench/pandas_lightgbm.py "$data/train.csv" "$data/valid.csv" "$work/l.csv"
done

echo "== $rows rows"
python3 - "$data/valid.csv" "$work/large.csv" "$rows" <<'PY'
import sys
lines = open(sys.argv[1]).read().splitlines()
head, body, wanted = lines[0], [line.split(",", 1)[1] for line in lines[1:]], int(sys.argv[3])
times = -(-wanted // len(body))
with open(sys.argv[2], "w") as out:
    out.write(head + "\n")
    written = 0
    for row in body:
        for _ in range(min(times, wanted - written)):
            out.write(f"{written},{row}\n")
            written += 1
PY
measure "score without reasons" "$binary" score --schema schemas/kcs.toml --model "$work/m.tw" --history "$data/train.csv" \
  --data "$work/large.csv" --reasons none --out "$work/large-scores.csv"
head -n "$((rows / 20 + 1))" "$work/large.csv" > "$work/part.csv"
measure "score $((rows / 20)) rows with three reasons" "$binary" score --schema schemas/kcs.toml --model "$work/m.tw" \
  --history "$data/train.csv" --data "$work/part.csv" --reasons top:3 --out "$work/part-scores.csv"
