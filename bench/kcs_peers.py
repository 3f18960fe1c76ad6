"""Measures the Python peers, and Tidewaiter when its binary is given, on the public Korean customs data.

Two protocols. `later`: trained on train.csv, measured on valid.csv, on all rows, repeats of training rows and novel rows;
medians over the seeds. `folds`: five folds by bundle over both files, no repeat of a test row in its training folds; the
mean of the folds for each seed, then mean and standard deviation over the seeds. Prints tables and writes JSON in the
shape of `tidewaiter evaluate --json`.

    .bench/venv/bin/python bench/kcs_peers.py --data ../shared/data/kcs --out .bench/kcs.json
    .bench/venv/bin/python bench/kcs_peers.py --data ../shared/data/kcs --tidewaiter target/release/tidewaiter
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas
import product
from measures import SLICES, combine, figures, fold_of, interval, resampled
from peers import BUNDLE, PEERS, prepare

SCHEMA = Path(__file__).resolve().parent.parent / "schemas" / "kcs.toml"


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with train.csv and valid.csv")
    parser.add_argument("--out", type=Path, default=Path(".bench/kcs.json"), help="JSON to write")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS), help="peers to measure")
    parser.add_argument("--protocols", nargs="+", default=["later", "folds"], choices=["later", "folds"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tidewaiter", type=Path, help="the binary, to add its rows and paired intervals")
    parser.add_argument("--kinds", nargs="+", default=["gbdt"], help="kinds of Tidewaiter model")
    parser.add_argument("--schema", type=Path, default=SCHEMA)
    parser.add_argument("--resamples", type=int, default=1000, help="resamples of the paired intervals")
    return parser.parse_args()


def slices_of(train, test):
    """Masks of the rows of `test` by slice."""
    repeat = test["bundle"].isin(set(train["bundle"])).to_numpy()
    return dict(zip(SLICES, (np.ones(len(test), bool), repeat, ~repeat)))


def sliced(test, masks, score):
    """Figures of a ranking by slice."""
    label, revenue = test["label"].to_numpy(), test["revenue"].to_numpy()
    return {name: figures(label[mask], score[mask], revenue[mask]) for name, mask in masks.items()}


def progress(name, what, started):
    """One line on standard error."""
    print(f"{name}: {what}, {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)


def peers_later(options, train, test):
    """For each peer, its rankings of the later file, one for each seed."""
    rankings = {}
    for name in options.peers:
        rankings[name] = []
        for seed in options.seeds:
            started = time.perf_counter()
            rankings[name].append(np.asarray(PEERS[name](train, test, seed, options.threads), float))
            progress(name, f"later, seed {seed}", started)
    return rankings


def ours_later(options, rankings):
    """Adds Tidewaiter's rankings; gives the figures that it computes itself, which should be the same."""
    own, work = {}, options.out.parent
    for kind in options.kinds if options.tidewaiter else []:
        name, rankings_of_kind, figures_of_kind = f"tidewaiter_{kind}", [], []
        for seed in options.seeds:
            score, slices = product.later(options.tidewaiter, options.schema, kind, seed, options.data, work)
            rankings_of_kind.append(score)
            figures_of_kind.append(slices)
        rankings[name], own[name] = rankings_of_kind, figures_of_kind
    return own


def later(options, train, test):
    """The protocol `later`: models with slices, medians over the seeds, and intervals of ours minus theirs."""
    masks, rankings = slices_of(train, test), peers_later(options, train, test)
    own = ours_later(options, rankings)
    models = []
    for name, scores in rankings.items():
        results = [sliced(test, masks, score) for score in scores]
        models.append({"name": name, "slices": combine(results, np.median), "own_figures": own.get(name)})
    return {"models": models, "differences": differences(options, test, masks, rankings, own)}


def differences(options, test, masks, rankings, own):
    """Paired intervals of ours minus each peer's, on all rows and on novel ones."""
    label, result = test["label"].to_numpy(), {}
    for part in ("all", "novel") if own else ():
        mask = masks[part]
        draws = {name: resampled(label[mask], [score[mask] for score in scores], options.resamples)
                 for name, scores in rankings.items()}
        for ours in own:
            for theirs in options.peers:
                result.setdefault(f"{ours} - {theirs}", {})[part] = interval(draws[ours], draws[theirs])
    return result


def peer_folds(options, frame, name):
    """One peer by folds: for each seed the mean over the folds."""
    by_seed = []
    for seed in options.seeds:
        started = time.perf_counter()
        folds = frame["bundle"].map({b: fold_of(seed, b) for b in frame["bundle"].unique()}).to_numpy()
        results = []
        for fold in range(5):
            train = frame[folds != fold].reset_index(drop=True)
            test = frame[folds == fold].reset_index(drop=True)
            score = np.asarray(PEERS[name](train, test, seed, options.threads), float)
            results.append(figures(test["label"].to_numpy(), score, test["revenue"].to_numpy()))
        by_seed.append(combine(results, np.mean))
        progress(name, f"folds, seed {seed}", started)
    return by_seed


def folds(options, train, test):
    """The protocol `folds`: every test row is novel."""
    frame = pandas.concat([train, test], ignore_index=True)
    by_seed = {name: peer_folds(options, frame, name) for name in options.peers}
    if options.tidewaiter:
        ours = product.by_folds(options.tidewaiter, options.schema, options.kinds, options.seeds, options.data, BUNDLE,
                                options.out.with_suffix(".folds.json"))
        by_seed.update({f"tidewaiter_{kind}": seeds for kind, seeds in ours.items()})
    models = []
    for name, results in by_seed.items():
        # The product gives more figures than the peers; only what both have is combined.
        results = [shared(result) for result in results]
        mean, sd = combine(results, np.mean), combine(results, np.std)
        models.append({"name": name, "slices": {"all": mean, "novel": mean}, "sd": {"all": sd, "novel": sd}, "by_seed": results})
    return {"models": models}


def shared(result):
    """The figures that peers and product have in common."""
    at = {rate: {name: row[name] for name in ("precision", "recall", "f1", "revenue")} for rate, row in result["at"].items()}
    return {"auc": result["auc"], "pr_auc": result["pr_auc"], "at": at}


def table(title, models, part):
    """Prints one slice of one protocol."""
    rates = ("1", "2", "5", "10")
    print(f"\n{title}\n{'model':22s} {'AUC':>13s} {'PR-AUC':>13s}"
          f"  precision@{'/'.join(rates)}%      recall@10% F1@10%  revenue@1/5/10%")
    for model in models:
        values, sd = model["slices"][part], model.get("sd", {}).get(part)
        cells = [f"{values[name]:.4f}" + (f" ±{sd[name]:.4f}" if sd else "") for name in ("auc", "pr_auc")]
        at = values["at"]
        precision = "/".join(f"{at[rate]['precision']:.3f}" for rate in rates)
        revenue = "/".join(f"{at[rate]['revenue']:.3f}" for rate in ("1", "5", "10"))
        print(f"{model['name']:22s} {cells[0]:>13s} {cells[1]:>13s}  {precision}"
              f"  {at['10']['recall']:.3f}      {at['10']['f1']:.3f}   {revenue}")


def show(result):
    """Prints all tables."""
    if "later" in result:
        for part in SLICES:
            rows = result["later"]["models"][0]["slices"][part]["n"]
            table(f"valid.csv, {part} rows ({rows})", result["later"]["models"], part)
        for pair, gaps in result["later"]["differences"].items():
            for part, gap in gaps.items():
                text = ", ".join(f"{name} {mid:+.4f} [{low:+.4f}, {high:+.4f}]" for name, (low, mid, high) in gap.items())
                print(f"{pair}, {part}: {text}")
    if "folds" in result:
        table("folds by bundle over train.csv and valid.csv, mean ± sd over seeds", result["folds"]["models"], "novel")


def main():
    """Measures, prints, writes."""
    options = arguments()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    train, test = prepare(options.data / "train.csv"), prepare(options.data / "valid.csv")
    result = {"seeds": options.seeds, "threads": options.threads}
    for name in options.protocols:
        result[name] = {"later": later, "folds": folds}[name](options, train, test)
    # The shape of `tidewaiter evaluate --json`: models at the top are those measured on the later file.
    result["models"] = result.get("later", result.get("folds"))["models"]
    options.out.write_text(json.dumps(result, indent=1) + "\n")
    show(result)
    print(f"\nwritten to {options.out}")


if __name__ == "__main__":
    main()
