"""Compares the forests of `learn` with PyPI xgboost.

  xgboost_parity.py fixture DIR        train small models, write DIR/<name>.model.json and DIR/<name>.expected.json
  xgboost_parity.py answer DIR         open every DIR/<name>.model.json that `learn` wrote, predict the rows in
                                       DIR/<name>.rows.json and write DIR/<name>.expected.json

The Rust side (tests/it/parity.rs) does the comparing. The committed fixtures were made with

  pip install xgboost==3.2.0 numpy && python xgboost_parity.py fixture ../fixtures/xgboost_3.2
  pip install xgboost==2.1.4 numpy && python xgboost_parity.py fixture ../fixtures/xgboost_2.1
"""

import json
import pathlib
import sys

import numpy as np
import xgboost as xgb

MODELS = {
    "logistic": {"objective": "binary:logistic", "max_depth": 4, "eta": 0.3},
    "pruned": {"objective": "reg:squarederror", "max_depth": 5, "gamma": 12.0, "tree_method": "exact"},
    "by_leaf": {"objective": "binary:logistic", "grow_policy": "lossguide", "max_leaves": 12, "max_depth": 0},
    "gamma": {"objective": "reg:gamma", "max_depth": 3},
    "tweedie": {"objective": "reg:tweedie", "tweedie_variance_power": 1.3, "max_depth": 3},
}


def data(n_rows, seed):
    rng = np.random.default_rng(seed)
    x = np.column_stack([
        rng.normal(size=n_rows),
        rng.integers(0, 4, size=n_rows),
        np.exp(rng.normal(size=n_rows)),
        rng.normal(size=n_rows),
    ]).astype(np.float32)
    z = x[:, 0] + (x[:, 1] - 1.5) * x[:, 3] - 1.5
    x[rng.random(x.shape) < 0.1] = np.nan
    return x, z, rng


def label(objective, z, rng):
    if objective == "binary:logistic":
        return (rng.random(len(z)) < 1 / (1 + np.exp(-z))).astype(np.float32)
    if objective == "reg:squarederror":
        return (z + rng.normal(size=len(z))).astype(np.float32)
    return np.exp(0.5 * z + 0.3 * rng.normal(size=len(z))).astype(np.float32)


def answer(booster, x):
    rows = xgb.DMatrix(x, feature_names=booster.feature_names)
    return {
        "xgboost": xgb.__version__,
        "rows": [[None if np.isnan(v) else float(v) for v in row] for row in x],
        "margins": booster.predict(rows, output_margin=True).astype(float).tolist(),
        "predictions": booster.predict(rows).astype(float).tolist(),
        "leaves": np.atleast_2d(booster.predict(rows, pred_leaf=True)).astype(int).tolist(),
        "contributions": booster.predict(rows, pred_contribs=True).astype(float).tolist(),
        "total_gain": booster.get_score(importance_type="total_gain"),
    }


def write(path, value):
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


def fixture(folder):
    for number, (name, params) in enumerate(MODELS.items()):
        x, z, rng = data(400, number)
        train = xgb.DMatrix(x, label(params["objective"], z, rng))
        booster = xgb.train({"nthread": 1, "seed": 1, **params}, train, 8)
        booster.save_model(folder / f"{name}.model.json")
        write(folder / f"{name}.expected.json", answer(booster, x[:30]))


def answer_all(folder):
    for path in sorted(folder.glob("*.model.json")):
        name = path.name.removesuffix(".model.json")
        booster = xgb.Booster()
        booster.load_model(path)
        rows = json.loads((folder / f"{name}.rows.json").read_text())
        x = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=np.float32)
        write(folder / f"{name}.expected.json", answer(booster, x))


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    {"fixture": fixture, "answer": answer_all}[command](folder)
