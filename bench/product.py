"""Tidewaiter's own figures, from its commands."""

import json
import subprocess
import sys
from pathlib import Path

import pandas


def run(binary, *arguments):
    """Runs one command of the binary and gives its output."""
    command = [str(binary), *map(str, arguments)]
    print("$", " ".join(command), file=sys.stderr)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def later(binary, schema, kind, seed, data, work):
    """Trains on the earlier file: probabilities of the later one's rows in file order, and the binary's own figures."""
    train, test = data / "train.csv", data / "valid.csv"
    model, scores = work / f"{kind}-{seed}.tw", work / f"{kind}-{seed}.csv"
    run(binary, "train", "--schema", schema, "--data", train, "--model", kind, "--seed", seed, "--out", model)
    common = ("--schema", schema, "--model", model, "--history", train, "--data", test)
    run(binary, "score", *common, "--out", scores, "--reasons", "none")
    own = json.loads(run(binary, "evaluate", *common, "--json"))
    return in_file_order(scores, test), own["models"][0]["slices"]


def in_file_order(scores, test):
    """Probabilities in the order of the rows of the file that was scored."""
    scored = pandas.read_csv(scores, dtype={"id": str})
    scored = scored[scored["level"] == "declaration"].set_index("id")["probability"]
    ids = pandas.read_csv(test, dtype=str, keep_default_na=False)["Declaration ID"]
    missing = ids[~ids.isin(scored.index)]
    if len(missing) or scored.index.has_duplicates:
        sys.exit(f"{scores}: {len(missing)} rows have no score, or ids repeat: rows can't be paired")
    return scored.loc[ids].to_numpy()


def by_folds(binary, schema, kinds, seeds, data, group_by, out: Path):
    """The honest protocol as the binary runs it: by kind and seed, the mean of the folds over all rows."""
    run(binary, "evaluate", "--schema", schema, "--model-kind", *kinds, "--data", data / "train.csv", data / "valid.csv",
        "--folds", 5, "--group-by", ",".join(group_by), "--seeds", ",".join(map(str, seeds)), "--json", "--out", out)
    models = json.loads(out.read_text())["folds"]["models"]
    return {model["kind"]: [seed["mean"]["all"] for seed in model["by_seed"]] for model in models}
