"""Rankers of HS codes for short texts: the Python peers, and Tidewaiter through its commands.

A peer is `fit(train, seed) -> rank`, where `train` has the columns text and hs6 and `rank(texts)` gives for each text its
codes, best first, and for all texts the probabilities of the first code, or None where the method has none.
"""

import csv
import math
import re
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import fasttext
import numpy as np
import product
import tantivy
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

DEPTH = 50  # codes that a peer gives for a text; the fusion reads all, the figures only the first 10
HITS = 200  # instances that are searched for a text
BEST = 2  # hits of a code that are added up
RRF = 60  # the constant of the reciprocal-rank fusion
BLOCK = 512  # codes that the linear machine learns at a time


@dataclass
class Ranking:
    """What one method answers to the texts of one held-out source, and what that costs."""

    codes: list
    probability: np.ndarray | None
    fit_seconds: float
    query_seconds: float
    outcomes: list | None = None
    extra: dict = field(default_factory=dict)


def normal(text):
    """Lower case, no punctuation, single spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def search(documents):
    """A BM25 index (k1 1.2, b 0.75, English stems): gives a function from a text to (score, document) pairs, best first."""
    stems, by = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()), tantivy.Filter
    for step in (by.remove_long(40), by.lowercase(), by.ascii_fold(), by.stemmer("English")):
        stems = stems.filter(step)
    stems = stems.build()
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="stems", index_option="freq")
    schema = schema.add_unsigned_field("at", fast=True, indexed=False).build()
    index = tantivy.Index(schema)
    index.register_tokenizer("stems", stems)
    # One thread and room for all: one segment, so that equal scores keep the order of the documents.
    writer = index.writer(500_000_000, 1)
    for at, text in enumerate(documents):
        document = tantivy.Document()
        document.add_text("text", text)
        document.add_unsigned("at", at)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def hits(text, limit):
        terms = [tantivy.Query.term_query(schema, "text", term, "freq") for term in stems.analyze(text)]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        found = searcher.search(query, limit=limit, count=False).hits if terms else []
        places = searcher.fast_field_values("at", [address for _, address in found]) if found else []
        return [(score, place) for (score, _), place in zip(found, places)]

    return hits


def bm25(train, seed):
    """One document for each code, of all its texts."""
    documents = train.groupby("hs6")["text"].agg("\n".join)
    codes, hits = documents.index.to_list(), search(documents)
    return lambda texts: ([[codes[at] for _, at in hits(text, DEPTH)] for text in texts], None)


def bm25_instances(train, seed):
    """One document for each text; a code's score is the sum of its best hits."""
    codes, hits = train["hs6"].to_list(), search(train["text"])

    def ranked(text):
        seen, score = Counter(), Counter()
        for value, at in hits(text, HITS):
            if seen[codes[at]] < BEST:
                seen[codes[at]] += 1
                score[codes[at]] += value
        return [code for code, _ in score.most_common(DEPTH)]

    return lambda texts: ([ranked(text) for text in texts], None)


def fast_text(train, seed):
    """fastText with pairs of words and subwords of 3-5 letters; one thread, so that a seed gives one model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        path.write_text("".join(f"__label__{code} {normal(text)}\n" for text, code in zip(train["text"], train["hs6"])))
        model = fasttext.train_supervised(str(path), loss="hs", dim=100, epoch=25, lr=0.5, wordNgrams=2, minn=3, maxn=5,
                                          bucket=500_000, thread=1, seed=seed, verbose=0)

    def rank(texts):
        labels, chances = model.predict([normal(text) for text in texts], k=DEPTH)
        codes = [[label.removeprefix("__label__") for label in row] for row in labels]
        # fastText rounds a little above 1; a text without a known letter has no label.
        return codes, np.array([min(float(row[0]), 1.0) if len(row) else 0.0 for row in chances])

    return rank


def linear_svc(train, seed):
    """A linear support vector machine for each code on TF-IDF of words 1-2 and of letters 2-5 within words.

    All codes at once would take 8 bytes for each code and feature, twice; blocks of codes give the same machines.
    Features of more than a tenth of the texts cost a third of the time and add nothing.
    """
    parts = [TfidfVectorizer(analyzer=kind, ngram_range=lengths, sublinear_tf=True, min_df=2, max_df=0.1)
             for kind, lengths in (("word", (1, 2)), ("char_wb", (2, 5)))]
    rows = hstack([part.fit_transform(train["text"]) for part in parts], format="csr")
    labels, codes = train["hs6"].to_numpy(), np.unique(train["hs6"])
    weights, offsets = [], []
    for block in np.array_split(codes, math.ceil(len(codes) / BLOCK)):
        # The empty label stands for all other codes and sorts first; its machine is dropped.
        machine = LinearSVC(random_state=seed).fit(rows, np.where(np.isin(labels, block), labels, ""))
        keep = np.isin(machine.classes_, block)
        weights.append(np.ascontiguousarray(machine.coef_[keep].T, np.float32))
        offsets.append(machine.intercept_[keep])
    offsets = np.concatenate(offsets)

    def rank(texts):
        asked = hstack([part.transform(texts) for part in parts], format="csr").astype(np.float32)
        ranked = []
        for start in range(0, asked.shape[0], 500):
            score = np.hstack([asked[start:start + 500] @ weight for weight in weights]) + offsets
            ranked += [codes[row].tolist() for row in np.argsort(-score, axis=1, kind="stable")[:, :DEPTH]]
        return ranked, None

    return rank


PEERS = {"bm25": bm25, "bm25_instances": bm25_instances, "fasttext": fast_text, "linearsvc": linear_svc}


def measured(name, train, texts, seed):
    """Fits and asks one peer."""
    started = time.perf_counter()
    rank = PEERS[name](train, seed)
    fitted = time.perf_counter()
    codes, probability = rank(texts)
    return Ranking(codes, probability, fitted - started, time.perf_counter() - fitted)


def fusion(rankings):
    """Reciprocal-rank fusion of rankings; it costs what they cost."""
    started, fused = time.perf_counter(), []
    for answers in zip(*(ranking.codes for ranking in rankings)):
        score = defaultdict(float)
        for codes in answers:
            for place, code in enumerate(codes, 1):
                score[code] += 1 / (RRF + place)
        fused.append(sorted(score, key=lambda code: (-score[code], code))[:DEPTH])
    own = time.perf_counter() - started
    return Ranking(fused, None, sum(r.fit_seconds for r in rankings), own + sum(r.query_seconds for r in rankings))


def size(path):
    """Bytes of a file, or of all files in a folder."""
    return sum(one.stat().st_size for one in [path, *path.rglob("*")] if one.is_file())


def answers(path, count):
    """A batch's output in the order of the ids: codes by rank, probability of the first, outcome (`none` if an id has no row)."""
    ranked, outcomes, probability = [[] for _ in range(count)], ["none"] * count, np.zeros(count)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            at = int(row["id"])
            outcomes[at] = row["outcome"]
            if row["code"]:
                ranked[at].append((int(row["rank"]), row["code"][:6], float(row["probability"] or 0)))
    for at, rows in enumerate(ranked):
        rows.sort()
        probability[at] = rows[0][2] if rows else 0
    return [[code for _, code, _ in rows] for rows in ranked], probability, outcomes


def tidewaiter(binary, nomenclature, instances, texts):
    """Imports the files, asks for all texts in one batch and reads the answers."""
    with tempfile.TemporaryDirectory() as folder:
        index, asked, out = (Path(folder) / name for name in ("index", "texts.csv", "answers.csv"))
        with asked.open("w", newline="") as file:
            csv.writer(file).writerows([("id", "text"), *enumerate(texts)])
        started = time.perf_counter()
        product.run(binary, "hs", "import", "--nomenclature", nomenclature, "--instances", *instances, "--out", index)
        imported = time.perf_counter()
        product.run(binary, "hs", "batch", "--index", index, "--top", 10, asked, "--out", out)
        done = time.perf_counter()
        codes, probability, outcomes = answers(out, len(texts))
        return Ranking(codes, probability, imported - started, done - imported, outcomes, {"index_bytes": size(index)})
