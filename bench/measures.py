"""Figures, folds and intervals that peers and Tidewaiter are compared by."""

import hashlib

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

RATES = (1, 2, 5, 10)
SLICES = ("all", "repeat", "novel")


def top(score, count, seed=0):
    """Places of the `count` highest scores; ties are broken at random, the same way for one seed."""
    shuffled = np.random.default_rng(seed).permutation(len(score))
    return shuffled[np.argsort(-score[shuffled], kind="stable")[:count]]


def at_rate(label, score, revenue, rate):
    """Precision, recall, F1 and share of the revenue when the top `rate` per cent are inspected."""
    chosen = top(score, round(len(label) * rate / 100))
    hits = label[chosen].sum()
    precision = hits / max(len(chosen), 1)
    recall = hits / max(label.sum(), 1)
    return {
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(2 * precision * recall / max(precision + recall, 1e-12)),
        "revenue": float(revenue[chosen].sum() / max(revenue.sum(), 1e-12)),
    }


def figures(label, score, revenue):
    """All figures of one ranking of one slice, in the shape of `tidewaiter evaluate --json`."""
    return {
        "n": len(label),
        "findings": int(label.sum()),
        "auc": float(roc_auc_score(label, score)),
        "pr_auc": float(average_precision_score(label, score)),
        "at": {str(rate): at_rate(label, score, revenue, rate) for rate in RATES},
    }


def combine(results, how):
    """Applies `how` to each figure over a list of equally shaped results."""
    first = results[0]
    if isinstance(first, dict):
        return {name: combine([result[name] for result in results], how) for name in first}
    return type(first)(how(results))


def fold_of(seed, group, folds=5):
    """The fold of a group, as Tidewaiter computes it."""
    return int(hashlib.sha256(f"{seed}|{group}".encode()).hexdigest(), 16) % folds


def paired_bootstrap(label, ours, theirs, resamples=1000, seed=0):
    """95 % interval of our AUC and PR-AUC minus theirs; `ours` and `theirs` hold one ranking for each training seed.

    Rows are resampled; within a resample the difference is the mean over the training seeds.
    """
    rng = np.random.default_rng(seed)
    measures = {"auc": roc_auc_score, "pr_auc": average_precision_score}
    differences = {name: [] for name in measures}
    for _ in range(resamples):
        rows = rng.integers(0, len(label), len(label))
        if 0 < label[rows].sum() < len(rows):
            for name, measure in measures.items():
                gaps = [measure(label[rows], a[rows]) - measure(label[rows], b[rows]) for a, b in zip(ours, theirs)]
                differences[name].append(np.mean(gaps))
    return {name: [float(x) for x in np.quantile(values, (0.025, 0.5, 0.975))] for name, values in differences.items()}
