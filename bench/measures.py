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


class Ranking:
    """One ranking, sorted once, so that many resamples of its rows are measured fast."""

    def __init__(self, label, score):
        order = np.argsort(-score, kind="stable")
        self.order, self.positive = order, label[order] > 0
        # The last place of each run of equal scores: ties are taken together.
        self.ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)

    def measure(self, weight):
        """AUC and PR-AUC when each row stands for `weight` rows."""
        weight = weight[self.order]
        found = np.cumsum(weight * self.positive)[self.ends]
        other = np.cumsum(weight * ~self.positive)[self.ends]
        auc = np.trapezoid(np.append(0, found), np.append(0, other)) / (found[-1] * other[-1])
        precision = found / np.maximum(found + other, 1)
        return auc, np.sum(np.diff(found, prepend=0) * precision) / found[-1]


def resampled(label, scores, resamples, seed=0):
    """AUC and PR-AUC of rankings on resampled rows, mean over the rankings: array of `resamples` x 2.

    The same rows are drawn for the same seed and number of rows, so the results of two models are paired.
    """
    rng = np.random.default_rng(seed)
    rankings = [Ranking(label, score) for score in scores]
    rows = len(label)
    weights = (np.bincount(rng.integers(0, rows, rows), minlength=rows) for _ in range(resamples))
    return np.array([np.mean([ranking.measure(weight) for ranking in rankings], axis=0) for weight in weights])


def interval(ours, theirs):
    """Lower end, middle and upper end of the 95 % interval of ours minus theirs, from `resampled`."""
    low, mid, high = np.quantile(ours - theirs, (0.025, 0.5, 0.975), axis=0)
    return {name: [float(x[at]) for x in (low, mid, high)] for at, name in enumerate(("auc", "pr_auc"))}
