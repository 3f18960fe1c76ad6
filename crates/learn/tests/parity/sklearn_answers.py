"""Writes tests/fixtures/sklearn.json: metrics and linear models as scikit-learn computes them.

pip install scikit-learn==1.9.1 && python sklearn_answers.py ../fixtures/sklearn.json
"""

import json
import pathlib
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, log_loss, roc_auc_score


def ranking(rng, n, decimals):
    y = rng.random(n) < 0.2
    p = np.round(np.clip(0.25 + 0.2 * y + 0.2 * rng.normal(size=n), 0.01, 0.99), decimals)
    w = np.round(rng.random(n) * 3, 3)
    return {
        "probabilities": p.tolist(),
        "positive": y.tolist(),
        "weights": w.tolist(),
        "auc": roc_auc_score(y, p),
        "auc_weighted": roc_auc_score(y, p, sample_weight=w),
        "average_precision": average_precision_score(y, p),
        "average_precision_weighted": average_precision_score(y, p, sample_weight=w),
        "brier": brier_score_loss(y, p),
        "brier_weighted": brier_score_loss(y, p, sample_weight=w),
        "log_loss": log_loss(y, p),
        "log_loss_weighted": log_loss(y, p, sample_weight=w),
        "f1_at_0_3": f1_score(y, p >= 0.3),
    }


def expanded(x, sparse, n_sparse):
    """Standardised columns with the mean imputed, missing indicators, ones."""
    mean, deviation = np.nanmean(x, axis=0), np.nanstd(x, axis=0)
    missing = np.isnan(x)
    standard = np.where(missing, 0.0, (x - mean) / deviation)
    ones = np.zeros((len(x), n_sparse))
    for row, columns in enumerate(sparse):
        ones[row, columns] = 1
    return np.hstack([standard, missing, ones])


def linear(rng, n):
    x = np.column_stack([rng.normal(5, 3, n), np.exp(rng.normal(size=n)), rng.integers(0, 3, n)])
    x = x.astype(np.float32).astype(float)
    sparse = [sorted(rng.choice(6, 2, replace=False).tolist()) for _ in range(n)]
    z = 0.5 * (x[:, 0] - 5) - x[:, 1] + np.array([0.7 * (3 in s) for s in sparse])
    y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    target = (z + rng.normal(size=n)).astype(np.float32).astype(float)
    x[rng.random(x.shape) < 0.1] = np.nan
    wide = expanded(x, sparse, 6)
    logistic = LogisticRegression(C=1 / 2.5, tol=1e-10, max_iter=10000).fit(wide, y)
    ridge = Ridge(alpha=1.5, solver="cholesky").fit(expanded(x, [], 0), target)
    return {
        "rows": [[None if np.isnan(v) else v for v in row] for row in x.tolist()],
        "sparse": sparse,
        "labels": y.tolist(),
        "targets": target.tolist(),
        "logistic_coefficients": logistic.coef_[0].tolist(),
        "logistic_intercept": float(logistic.intercept_[0]),
        "logistic_log_odds": logistic.decision_function(wide).tolist(),
        "ridge_coefficients": ridge.coef_.tolist(),
        "ridge_intercept": float(ridge.intercept_),
    }


if __name__ == "__main__":
    rng = np.random.default_rng(20)
    answers = {
        "sklearn": sklearn.__version__,
        "rankings": [ranking(rng, 300, 6), ranking(rng, 200, 1)],
        "linear": linear(rng, 150),
    }
    pathlib.Path(sys.argv[1]).write_text(json.dumps(answers, separators=(",", ":")) + "\n")
