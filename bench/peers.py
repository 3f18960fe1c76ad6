"""What others would do on the Korean data: each peer is a function (train, test, seed, threads) -> scores of test."""

import lightgbm
import numpy as np
import pandas
import xgboost
from measures import fold_of
from sklearn.ensemble import RandomForestClassifier

BUNDLE = ["HS6 Code", "Country of Departure", "Country of Origin", "Tax Rate", "Tax Type", "Net Mass"]
NUMBERS = ["Tax Rate", "Net Mass", "Item Price"]
CATEGORIES = [
    "Office ID", "Process Type", "Import Type", "Import Use", "Payment Type", "Mode of Transport", "Declarant ID",
    "Importer ID", "Seller ID", "Courier ID", "HS6 Code", "Country of Departure", "Country of Origin", "Tax Type",
    "Country of Origin Indicator",
]
PARTIES = ("Declarant ID", "Importer ID", "Seller ID")
KEYS = [[name] for name in CATEGORIES] + [
    ["hs4"], ["hs2"], ["Tax Rate"], ["Tax Rate", "Tax Type"], ["HS6 Code", "Country of Origin"],
    ["hs4", "Country of Origin"], ["hs2", "Country of Origin"], ["HS6 Code", "Tax Rate", "Tax Type"],
    ["hs4", "Tax Type"], ["Country of Origin", "Country of Departure"], ["Country of Origin", "Tax Type"],
    ["hs2", "mass_bin"], ["hs4", "mass_bin"],
]
SMOOTHING = 20.0


def key_text(frame, key):
    """The values of several columns as one text."""
    text = frame[key[0]]
    for name in key[1:]:
        text = text + "|" + frame[name]
    return text


def prepare(path):
    """One file as a frame: texts as they stand, numbers beside them, the bundle, the label and the revenue proxy."""
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    frame["bundle"] = key_text(frame, BUNDLE)
    for name in NUMBERS:
        frame[f"{name} (number)"] = pandas.to_numeric(frame[name])
    frame["hs4"], frame["hs2"] = frame["HS6 Code"].str[:4], frame["HS6 Code"].str[:2]
    frame["mass_bin"] = np.log2(frame["Net Mass (number)"] + 0.05).round().astype(int).astype(str)
    frame["label"] = frame["Fraud"].astype(int)
    frame["revenue"] = frame["Item Price (number)"] * frame["Tax Rate (number)"] / 100 * frame["label"]
    return frame


def numbers(frame):
    """The numeric columns."""
    return frame[[f"{name} (number)" for name in NUMBERS]].to_numpy(float)


def coded(train, test, categories=None):
    """Numbers, and categories as codes learnt from `train`; unseen ones are -1."""
    parts = ([numbers(train)], [numbers(test)])
    for name in categories or CATEGORIES:
        codes = {value: code for code, value in enumerate(sorted(train[name].unique()))}
        for part, frame in zip(parts, (train, test)):
            part.append(frame[name].map(codes).fillna(-1).to_numpy(float)[:, None])
    return tuple(np.hstack(part) for part in parts)


def random_forest(train, test, seed, threads):
    """200 trees on codes."""
    x, z = coded(train, test)
    model = RandomForestClassifier(200, random_state=seed, n_jobs=threads)
    return model.fit(x, train["label"]).predict_proba(z)[:, 1]


def xgboost_100x4(train, test, seed, threads):
    """DATE's first stage: 100 trees of depth 4 on codes."""
    x, z = coded(train, test)
    model = xgboost.XGBClassifier(n_estimators=100, max_depth=4, random_state=seed, n_jobs=threads)
    return model.fit(x, train["label"]).predict_proba(z)[:, 1]


def lightgbm_default(train, test, seed, threads):
    """LightGBM as it comes, on codes."""
    x, z = coded(train, test)
    model = lightgbm.LGBMClassifier(random_state=seed, n_jobs=threads, verbose=-1)
    return model.fit(x, train["label"]).predict_proba(z)[:, 1]


def lightgbm_255(train, test, seed, threads):
    """255 leaves on codes, stopped early on the last month of `train`; without the parties, which only cost it skill here."""
    x, z = coded(train, test, [name for name in CATEGORIES if name not in PARTIES])
    late = (train["Date"] >= train["Date"].max()[:7]).to_numpy()
    model = lightgbm.LGBMClassifier(
        n_estimators=2000, num_leaves=255, learning_rate=0.05, random_state=seed, n_jobs=threads, verbose=-1)
    stop = lightgbm.early_stopping(50, first_metric_only=True, verbose=False)
    label = train["label"].to_numpy()
    model.fit(x[~late], label[~late], eval_set=[(x[late], label[late])], eval_metric="auc", callbacks=[stop])
    return model.predict_proba(z)[:, 1]


def catboost_native(train, test, seed, threads):
    """CatBoost with its own treatment of categories; without the parties, which take most of its time."""
    from catboost import CatBoostClassifier

    categories = [name for name in CATEGORIES if name not in PARTIES]
    columns = categories + [f"{name} (number)" for name in NUMBERS]
    model = CatBoostClassifier(random_seed=seed, thread_count=threads, verbose=False, allow_writing_files=False)
    model.fit(train[columns], train["label"], cat_features=categories)
    return model.predict_proba(test[columns])[:, 1]


def dictionary_lookup(train, test, _seed, _threads):
    """The bundle's rate of findings in `train`; a bundle never seen gets the overall rate."""
    rates = train.groupby("bundle")["label"].agg(["sum", "count"])
    overall = train["label"].mean()
    rate = (rates["sum"] + 0.2 * overall) / (rates["count"] + 0.2)
    return test["bundle"].map(rate).fillna(overall).to_numpy()


def price_times_rate(_train, test, _seed, _threads):
    """The tax that hangs on the row; no model."""
    return (test["Item Price (number)"] * test["Tax Rate (number)"]).to_numpy()


def encoding_before(text, label, overall):
    """Smoothed rate of findings, and count, of a value among the rows above."""
    found = label.groupby(text).cumsum() - label
    count = label.groupby(text).cumcount()
    return ((found + SMOOTHING * overall) / (count + SMOOTHING)).to_numpy(), count.to_numpy()


def encoding_from(text, label, wanted, overall):
    """Smoothed rate of findings, and count, of the values `wanted` among all rows of `text`."""
    tally = label.groupby(text).agg(["sum", "count"])
    found, count = wanted.map(tally["sum"]).fillna(0), wanted.map(tally["count"]).fillna(0)
    return ((found + SMOOTHING * overall) / (count + SMOOTHING)).to_numpy(), count.to_numpy()


def encoded(train, test, keys, inner):
    """Encodings: from the rows above, or, with `inner`, from other inner folds that share no bundle."""
    label, overall = train["label"], train["label"].mean()
    parts = ([numbers(train)], [numbers(test)])
    folds = train["bundle"].map({b: fold_of("inner", b) for b in train["bundle"].unique()}).to_numpy()
    for key in keys:
        text, wanted = key_text(train, key), key_text(test, key)
        if inner:
            own = np.zeros((2, len(train)))
            for fold in range(5):
                there, here = folds != fold, folds == fold
                own[:, here] = encoding_from(text[there], label[there], text[here], overall)
        else:
            own = encoding_before(text, label, overall)
        parts[0].extend(column[:, None] for column in own)
        parts[1].extend(column[:, None] for column in encoding_from(text, label, wanted, overall))
    return tuple(np.hstack(part) for part in parts)


def engineered_repeats(train, test, seed, threads):
    """Encodings of all keys and of the bundle from the rows above, then LightGBM: knows repeats."""
    x, z = encoded(train, test, KEYS + [["bundle"]], inner=False)
    model = lightgbm.LGBMClassifier(
        n_estimators=300, learning_rate=0.03, num_leaves=31, min_child_samples=20, colsample_bytree=0.5, random_state=seed,
        n_jobs=threads, verbose=-1)
    return model.fit(x, train["label"]).predict_proba(z)[:, 1]


def engineered_novel(train, test, seed, threads):
    """Encodings from inner folds that share no bundle, bundles weighted as one, then LightGBM: for rows never seen."""
    x, z = encoded(train, test, KEYS, inner=True)
    weight = 1 / train.groupby("bundle")["label"].transform("size")
    model = lightgbm.LGBMClassifier(
        n_estimators=150, learning_rate=0.03, num_leaves=15, min_child_samples=100, colsample_bytree=0.3,
        reg_lambda=10, random_state=seed, n_jobs=threads, verbose=-1)
    return model.fit(x, train["label"], sample_weight=weight).predict_proba(z)[:, 1]


PEERS = {
    "random_forest": random_forest,
    "xgboost_100x4": xgboost_100x4,
    "lightgbm_default": lightgbm_default,
    "lightgbm_255": lightgbm_255,
    "catboost_native": catboost_native,
    "dictionary_lookup": dictionary_lookup,
    "engineered_repeats": engineered_repeats,
    "engineered_novel": engineered_novel,
    "price_times_rate": price_times_rate,
}
