"""The usual Python way on the Korean data, end to end: read, engineer a few features, train LightGBM, score, write.

Usage: pandas_lightgbm.py TRAIN.csv VALID.csv SCORES.csv
"""

import sys

import lightgbm
import numpy as np
import pandas

KEYS = ["Importer ID", "Declarant ID", "Seller ID", "HS6 Code", "Country of Origin", "Office ID", "Tax Type"]


def read(path):
    frame = pandas.read_csv(path, dtype={"HS6 Code": str}, keep_default_na=False)
    frame["Date"] = pandas.to_datetime(frame["Date"])
    return frame


def features(frame, train):
    """Amounts, ratios, calendar, and smoothed rates of findings by key as known from the training rows."""
    out = pandas.DataFrame({name: frame[name].astype(float) for name in ("Tax Rate", "Net Mass", "Item Price")})
    out["unit price"] = out["Item Price"] / (out["Net Mass"] + 0.001)
    out["log price"] = np.log1p(out["Item Price"])
    out["weekday"], out["month"] = frame["Date"].dt.weekday, frame["Date"].dt.month
    overall = train["Fraud"].mean()
    for name in KEYS:
        groups = train.groupby(name)["Fraud"].agg(["sum", "count"])
        rates = (groups["sum"] + 10 * overall) / (groups["count"] + 10)
        out[name] = frame[name].map(rates).fillna(overall)
        out[f"{name} count"] = frame[name].map(groups["count"]).fillna(0)
    return out


def main():
    train, valid = read(sys.argv[1]), read(sys.argv[2])
    model = lightgbm.LGBMClassifier(n_estimators=200, n_jobs=2, verbose=-1)
    model.fit(features(train, train), train["Fraud"])
    scores = model.predict_proba(features(valid, train))[:, 1]
    pandas.DataFrame({"id": valid["Declaration ID"], "probability": scores}).to_csv(sys.argv[3], index=False)


if __name__ == "__main__":
    main()
