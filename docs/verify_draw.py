#!/usr/bin/env python3
"""Recompute the chance draws of a selection: verify_draw.py selection.csv SECRET_FILE. See SELECTION.md."""
import csv, hashlib, sys
from collections import defaultdict

def sha(data): return hashlib.sha256(data).digest()
def sized(text): return len(text.encode()).to_bytes(4, "little") + text.encode()

rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")))
secret = open(sys.argv[2], "rb").read()
wrong = [row["id"] for row in rows if row["commitment"] != sha(secret).hex()]
for day in sorted({row["day"] for row in rows}):
    of_day = [row for row in rows if row["day"] == day]
    key = lambda row: (row["id"].encode(), int(row["version"]), bytes.fromhex(row["declared_sha256"]))
    roll = sorted(map(key, of_day))
    seed = sha(secret + sha(b"".join(len(i).to_bytes(4, "little") + i + v.to_bytes(4, "little") + d for i, v, d in roll)))
    number = lambda *parts: int.from_bytes(sha(seed + b"".join(map(sized, parts)))[:8], "big")
    newest = {row["id"]: row for row in sorted(of_day, key=key)}
    offices = defaultdict(lambda: defaultdict(list))
    for row in newest.values():
        offices[row["office"]][row["unit"]].append(row)
    for office, units in offices.items():
        order = sorted(units, key=lambda unit: (len(units[unit]), sum(int(row["items"]) for row in units[unit]),
                                                number("order", office, unit), unit.encode()))
        drawn = {}
        for kind in ("random", "exploration"):
            start, length = number(kind, office) >> 32, 0
            for unit in order:
                chance = round(float(units[unit][0][kind + "_probability"]) * 2**32)
                drawn[kind, unit] = (length + chance - 1 - start) // 2**32 > (length - 1 - start) // 2**32
                length += chance
        for unit in order:
            for row in units[unit]:
                by = row["selected_by"]
                right = drawn["random", unit] == (by == "random") or not float(row["random_probability"])
                if not drawn["random", unit] and by != "score" and float(row["random_probability"]):
                    right &= drawn["exploration", unit] == (by == "exploration")
                if not drawn["random", unit] and float(row["random_probability"]):
                    right &= float(row["score_probability"]) > 0 if by == "score" else float(row["score_probability"]) < 1
                wrong += [] if right else [row["id"]]
print(f"{len(rows)} rows, {len(set(wrong))} not as drawn {sorted(set(wrong))[:5]}")
sys.exit(1 if wrong else 0)
