"""Measures rankers of HS codes, and Tidewaiter when its binary is given, on sources that they did not learn from.

Leave one source out: for each held-out source the methods learn from the texts of all others and rank six-digit codes for
each of its texts. All figures come twice: on all texts, and on new texts, whose normalised form (lower case, single
spaces, no punctuation) is in no training source. New texts are the headline. A figure such as "HS4, first 5" is the share
of texts with a code of the right heading among the first five six-digit codes. Prints Markdown and writes JSON.

    .bench/venv/bin/python bench/hsearch_peers.py --data ../shared/data/hs --peers bm25 bm25_instances fasttext
    .bench/venv/bin/python bench/hsearch_peers.py --data ../shared/data/hs --tidewaiter target/release/tidewaiter
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas
from hsearch_rankers import PEERS, fusion, measured, normal, tidewaiter
from measures import top
from threadpoolctl import threadpool_limits

FILES = {
    "nomenclature": "nomenclature_hs2022_en.csv",
    "cn8": "cn8_2023_{}.csv",
    "us_hts": "us_hts_2026r4_paths.csv",
    "search_references": "hmrc_search_references_fpo.csv",
    "parcels": "fpo_parcel_references_train75.csv",
    "intercepts": "hmrc_intercepts_hs6.csv",
}
HELD_OUT = ["parcels", "search_references", "intercepts"]
SLICES = ("new", "all")
LEVELS, FIRST = (6, 4, 2), (1, 3, 5, 10)
FIGURES = [(level, first) for level in LEVELS for first in FIRST]
COVERAGE = (10, 20, 30, 50, 70, 100)
OURS = "tidewaiter"


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the HS files")
    parser.add_argument("--out", type=Path, default=Path(".bench/hsearch.json"), help="JSON to write")
    parser.add_argument("--peers", nargs="*", default=[*PEERS, "fusion"], choices=[*PEERS, "fusion"],
                        help="peers to measure; fusion joins the others that are named")
    parser.add_argument("--held-out", nargs="+", default=HELD_OUT, choices=list(FILES), help="sources to measure on")
    parser.add_argument("--languages", nargs="+", default=[], choices=["de", "fr", "nl"],
                        help="further languages of cn8 to learn from; it is measured on its English alone")
    parser.add_argument("--tidewaiter", type=Path, help="the binary, to add its rows and paired intervals")
    parser.add_argument("--limit", type=int, help="measure on a sample of so many texts of a source")
    parser.add_argument("--train-limit", type=int, help="learn from a sample of so many texts, to try things out")
    parser.add_argument("--resamples", type=int, default=1000, help="resamples of the intervals")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if "fusion" in options.peers and len(set(options.peers)) < 3:
        parser.error("fusion needs two other peers")
    return options


def paths_of(options, source):
    """The files of a source, English first."""
    if source != "cn8":
        return [options.data / FILES[source]]
    return [options.data / FILES[source].format(language) for language in ("en", *options.languages)]


def read(path):
    """One file, all columns as text."""
    return pandas.read_csv(path, dtype=str, keep_default_na=False)


def load(options):
    """All sources as one table of text, hs6, source and path, and by source the rows whose code is not in HS 2022."""
    legal = read(options.data / FILES["nomenclature"])
    legal["text"] = legal["heading_text"] + " " + legal["text"]
    frames, dropped = [], {}
    for source in FILES:
        for path in paths_of(options, source):
            frame = legal if source == "nomenclature" else read(path)
            known = frame["hs6"].isin(legal["hs6"])
            dropped[source] = dropped.get(source, 0) + int((~known).sum())
            frames.append(frame.loc[known, ["text", "hs6"]].assign(source=source, path=str(path)))
    frame = pandas.concat(frames, ignore_index=True)
    return frame.assign(normal=frame["text"].map(normal)), dropped


def sample(frame, limit, seed):
    """A sample of the rows in their order, or all."""
    if limit is None or limit >= len(frame):
        return frame
    return frame.iloc[np.sort(np.random.default_rng(seed).permutation(len(frame))[:limit])]


def split(options, frame, held):
    """Training texts, each text and code once; test texts; which of these are new."""
    train, test = frame[frame["source"] != held], frame[frame["source"] == held]
    test = sample(test[test["path"] == str(paths_of(options, held)[0])], options.limit, options.seed)
    known = set(train["normal"])
    if held != "nomenclature":
        # Peers learn heading and subheading as one text; neither is new on its own.
        legal = read(options.data / FILES["nomenclature"])
        known.update(normal(text) for column in ("text", "heading_text") for text in legal[column])
    train = sample(train.drop_duplicates(["text", "hs6"]), options.train_limit, options.seed)
    return train, test, ~test["normal"].isin(known).to_numpy()


def ours(options, held, train, texts):
    """Tidewaiter's ranking; it reads the same files, or the sample of them."""
    legal = options.data / FILES["nomenclature"]
    others = [path for source in FILES if source not in ("nomenclature", held) for path in paths_of(options, source)]
    if options.train_limit is None:
        return tidewaiter(options.tidewaiter, legal, others, texts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.csv"
        rows = train[train["source"] != "nomenclature"].rename(columns={"hs6": "code"})
        rows.assign(lang="en", weight=1)[["code", "text", "lang", "source", "weight"]].to_csv(path, index=False)
        return tidewaiter(options.tidewaiter, legal, [path], texts)


def rankings_of(options, held, train, test):
    """The rankings of all methods by name."""
    texts, rankings = test["text"].to_list(), {}
    for name in options.peers:
        if name != "fusion":
            rankings[name] = measured(name, train, texts, options.seed)
            print(f"{held}: {name}, {rankings[name].fit_seconds:.1f} s to fit, {rankings[name].query_seconds:.1f} s to ask",
                  file=sys.stderr, flush=True)
    if "fusion" in options.peers:
        rankings["fusion"] = fusion(list(rankings.values()))
    if options.tidewaiter and held == "nomenclature":
        print("nomenclature: Tidewaiter always has its texts and is not measured on them", file=sys.stderr)
    elif options.tidewaiter:
        rankings[OURS] = ours(options, held, train, texts)
    return rankings


def hits_of(ranking, truth):
    """For each text and figure, whether the truth is among the first codes: a table of 0 and 1."""
    hits = np.zeros((len(truth), len(FIGURES)), np.float32)
    for row, (codes, code) in enumerate(zip(ranking.codes, truth)):
        for column, (level, first) in enumerate(FIGURES):
            hits[row, column] = any(one[:level] == code[:level] for one in codes[:first])
    return hits


def ends(draws):
    """Both ends of the 95 % interval of each column."""
    return [[float(low), float(high)] for low, high in np.quantile(draws, (0.025, 0.975), axis=0).T]


def calibration(probability, right):
    """How well the probability of the first code tells right from wrong, in the terms of `tidewaiter evaluate`."""
    order = np.argsort(-probability, kind="stable")
    bins = [part for part in np.array_split(order, 10) if len(part)]
    error = sum(len(part) * abs(probability[part].mean() - right[part].mean()) for part in bins) / len(right)
    surest = {rate: right[top(probability, max(1, round(len(right) * rate / 100)))].mean() for rate in COVERAGE}
    return {"ece": float(error), "right_among_surest": {str(rate): float(share) for rate, share in surest.items()}}


def by_outcome(outcomes, hits):
    """For each outcome its share of the texts and the shares with the right first code and heading."""
    outcomes, rows = np.asarray(outcomes), {}
    for outcome in sorted(set(outcomes)):
        part = hits[outcomes == outcome]
        rows[str(outcome)] = {"share": len(part) / len(hits), "hs6": float(part[:, FIGURES.index((6, 1))].mean()),
                              "hs4": float(part[:, FIGURES.index((4, 1))].mean())}
    return rows


def sliced(rankings, hits, mask, options):
    """Figures of all methods on one slice, and ours minus the best peer of each figure on the same resampled texts."""
    rows, rng, methods = int(mask.sum()), np.random.default_rng(options.seed), {}
    if not rows:
        return {"n": 0, "methods": {}}
    weights = np.array([np.bincount(rng.integers(0, rows, rows), minlength=rows) for _ in range(options.resamples)], np.float32)
    draws = {name: weights @ table[mask] / rows for name, table in hits.items()}
    mean = {name: table[mask].mean(axis=0) for name, table in hits.items()}
    for name, ranking in rankings.items():
        figures = {f"hs{level}": {} for level in LEVELS}
        for (level, first), value, interval in zip(FIGURES, mean[name], ends(draws[name])):
            figures[f"hs{level}"][str(first)] = {"value": float(value), "interval": interval}
        if ranking.probability is not None:
            figures |= calibration(ranking.probability[mask], hits[name][mask][:, FIGURES.index((6, 1))])
        if ranking.outcomes is not None:
            figures["outcomes"] = by_outcome(np.asarray(ranking.outcomes)[mask], hits[name][mask])
        methods[name] = figures
    result = {"n": rows, "methods": methods}
    if OURS in rankings and len(rankings) > 1:
        result["differences"] = differences(mean, draws)
    return result


def differences(mean, draws):
    """Ours minus the best peer, each figure against the peer that is best at it."""
    result = {f"hs{level}": {} for level in LEVELS}
    for column, (level, first) in enumerate(FIGURES):
        best = max((name for name in mean if name != OURS), key=lambda name: mean[name][column])
        gap = draws[OURS][:, [column]] - draws[best][:, [column]]
        result[f"hs{level}"][str(first)] = {"peer": best, "interval": ends(gap)[0],
                                            "value": float(mean[OURS][column] - mean[best][column])}
    return result


def evaluate(options, frame, held):
    """One held-out source: costs of all methods and their figures on both slices."""
    train, test, new = split(options, frame, held)
    rankings = rankings_of(options, held, train, test)
    hits = {name: hits_of(ranking, test["hs6"].to_list()) for name, ranking in rankings.items()}
    costs = {name: {"fit_seconds": ranking.fit_seconds, "ms_per_query": ranking.query_seconds / len(test) * 1000, **ranking.extra}
             for name, ranking in rankings.items()}
    slices = {part: sliced(rankings, hits, mask, options) for part, mask in zip(SLICES, (new, np.ones(len(test), bool)))}
    return {"train_texts": len(train), "train_codes": train["hs6"].nunique(), "costs": costs, "slices": slices}


def cell(value, interval, sign=""):
    """A figure with its interval."""
    low, high = (format(end, f"{sign}.3f") for end in interval)
    return f"{value:{sign}.3f} [{low}, {high}]"


def show_slice(held, part, result):
    """Prints the tables of one slice."""
    print(f"\n### {held}, {part} texts ({result['n']})\n")
    print("| level | method | " + " | ".join(f"first {first}" for first in FIRST) + " |\n|---|---" + "|---" * len(FIRST) + "|")
    gaps = result.get("differences", {})
    for level in (f"hs{level}" for level in LEVELS):
        for name, figures in result["methods"].items():
            print(f"| {level.upper()} | {name} | " + " | ".join(cell(**figures[level][str(first)]) for first in FIRST) + " |")
        if gaps:
            print(f"| {level.upper()} | {OURS} - best peer | " + " | ".join(
                cell(gap["value"], gap["interval"], "+") + f" {gap['peer']}" for gap in gaps[level].values()) + " |")
    sure = {name: figures for name, figures in result["methods"].items() if "ece" in figures}
    if sure:
        print("\n| HS6, first 1, by probability | ECE | " + " | ".join(f"surest {rate} %" for rate in COVERAGE) + " |\n|---|---"
              + "|---" * len(COVERAGE) + "|")
    for name, figures in sure.items():
        shares = " | ".join(f"{share:.3f}" for share in figures["right_among_surest"].values())
        print(f"| {name} | {figures['ece']:.3f} | {shares} |")
    for outcome, row in result["methods"].get(OURS, {}).get("outcomes", {}).items():
        print(f"\n{OURS} answers `{outcome}` to {row['share']:.3f} of the texts: first code right {row['hs6']:.3f},"
              f" its heading right {row['hs4']:.3f}")


def show(held, result):
    """Prints the tables of one held-out source."""
    print(f"\n## {held} held out: {result['train_texts']} training texts of {result['train_codes']} codes")
    for part in SLICES:
        show_slice(held, part, result["slices"][part])
    print("\n| cost | fit or import, s | ms/query | index, MB |\n|---|---|---|---|")
    for name, cost in result["costs"].items():
        index = f"{cost['index_bytes'] / 1e6:.1f}" if "index_bytes" in cost else ""
        print(f"| {name} | {cost['fit_seconds']:.1f} | {cost['ms_per_query']:.2f} | {index} |", flush=True)


def main():
    """Measures, prints, writes."""
    options = arguments()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    frame, dropped = load(options)
    print("Codes not in HS 2022, dropped: " + ", ".join(f"{source} {rows}" for source, rows in dropped.items()))
    result = {name: getattr(options, name) for name in ("seed", "resamples", "limit", "train_limit", "languages")}
    result |= {"dropped": dropped, "held_out": {}}
    for held in options.held_out:
        result["held_out"][held] = evaluate(options, frame, held)
        show(held, result["held_out"][held])
        # After each source, so that a long run that is broken off leaves what it has.
        options.out.write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nwritten to {options.out}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
