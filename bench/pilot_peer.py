"""The loop of `tidewaiter pilot` as one would write it in Python, on a simulated world: pandas, numpy, LightGBM.

Week by week LightGBM is trained on the items whose results are known, scores the week's items, and a declaration counts as
its best item; nine tenths of the capacity go to the best, one tenth to chance, and only what was picked reveals its results.
With `--tidewaiter BIN` both run in one go, in turns, under /usr/bin/time; the table gives medians.

    tidewaiter simulate --seed 42 --out DIR
    .bench/venv/bin/python bench/pilot_peer.py --world DIR
    .bench/venv/bin/python bench/pilot_peer.py --world DIR --tidewaiter target/release/tidewaiter --repeats 3

The same in both: item rows (the first of rows that stand twice), a version of a declaration for itself, weeks from the first day
on, a warm-up of 4 weeks whose results are all revealed, what the law demands controlled outside capacity and figures, 5 % of each
week's other declarations with roundings carried over, results known 14 days after lodgement, rates of findings as known on the
day of the row, training on what is known by the day before, figures of what lies after the warm-up. Random draws differ.

What differs: the features, 170 here (no medians of prices, priors from wider keys, decay, usual codes, repeats apart; but counts
of the last 7 and 30 days by key); one LightGBM model instead of two branches of mixed views with calibration and a severity
model; the highest item instead of pooled items; no shares or rounds chosen on the latest fifth. Tidewaiter reads and checks all
columns, writes a journal and reports, measures drift, estimates the customs gap: the peer keeps nothing but its sums.
LightGBM's parameters were chosen on `simulate --seed 7`.
"""

import os
import time

STARTED = time.perf_counter()  # before the imports, which are part of what a run takes
# Threads of OpenMP wait asleep: on a machine that does anything else, spinning makes LightGBM's trainings ten times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import lightgbm
import numpy
import pandas

STRATEGY, BEST_SHARE, PERIOD, KNOWN_AFTER, SMOOTHING = "gbdt:0.9+random:0.1", 0.9, 7, 14, 10.0

CODES = """office procedure declarant_code importer_tin consignor_code carrier_code origin_country departure_country transport_mode
    quantity_unit incoterm invoice_currency payment_terms related_parties valuation_method preference aeo_status""".split()
NUMBERS = """quantity net_mass_kg gross_mass_kg packages customs_value fob_value freight_insurance duty_rate duty excise vat
    total_taxes""".split()
OTHERS = """declaration_no item_no version lodgement_date hs_code transport_document mandatory_basis inspected selected_by
    finding_control""".split()
REPEAT = "importer_tin+consignor_code+hs6+origin_country+quantity+net_mass_kg+customs_value"
# Whose findings are remembered.
KEYS = f"""importer_tin declarant_code consignor_code carrier_code office procedure preference hs2 hs4 hs6 origin_country
    departure_country duty_rate hs2+origin_country hs4+origin_country hs6+origin_country hs6+duty_rate
    origin_country+departure_country importer_tin+hs4 importer_tin+origin_country importer_tin+consignor_code
    importer_tin+declarant_code declarant_code+hs4 consignor_code+origin_country office+importer_tin office+hs6 {REPEAT}""".split()
# Of whom earlier rows are counted: all of them, and those of the last week and month.
COUNTED = f"""importer_tin declarant_code consignor_code importer_tin+hs4 importer_tin+consignor_code importer_tin+declarant_code
    importer_tin+origin_country hs6+origin_country consignor_code+hs4 transport_document {REPEAT}""".split()
# Among which a price is usual.
PRICED = "hs4 hs6 hs6+origin_country importer_tin+hs6 consignor_code+hs6".split()


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, required=True, help="folder with declarations.csv, truth.csv and schema.toml")
    parser.add_argument("--rate", type=float, default=5.0, help="per cent of the declarations that are inspected")
    parser.add_argument("--warm-up", type=int, default=4, help="weeks at the start whose results are all revealed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--tidewaiter", type=Path, help="the binary, to measure both in one go")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each with --tidewaiter")
    return parser.parse_args()


def read(world):
    """Item rows in the order of their days, each declaration's together, with the truth beside them."""
    texts = CODES + OTHERS
    frame = pandas.read_csv(world / "declarations.csv", usecols=texts + NUMBERS, dtype=dict.fromkeys(texts, str), low_memory=False,
                            keep_default_na=False, na_values={name: [""] for name in NUMBERS})
    frame[NUMBERS] = frame[NUMBERS].apply(pandas.to_numeric, errors="coerce")
    truth = pandas.read_csv(world / "truth.csv", usecols=["id", "item", "version", "irregular", "extra_revenue"],
                            dtype={"id": str, "item": str, "version": str})
    truth = truth.rename(columns={"id": "declaration_no", "item": "item_no"})
    key = ["declaration_no", "item_no", "version"]
    frame = frame.drop_duplicates(key).merge(truth, on=key, validate="one_to_one")
    date = pandas.to_datetime(frame["lodgement_date"], format="%Y-%m-%d")
    frame["day"], frame["date"] = (date - date.min()).dt.days, date
    frame["declaration"] = number(frame, "declaration_no+version")
    frame = frame.sort_values(["day", "declaration"], kind="stable", ignore_index=True)
    frame["declaration"] = number(frame, "declaration")
    at_border = (frame["inspected"] == "1") & ~frame["finding_control"].isin(["audit", "disclosure"])
    mandatory = (frame["mandatory_basis"] != "") | (at_border & (frame["selected_by"] == "mandatory"))
    frame["mandatory"] = mandatory.groupby(frame["declaration"]).transform("any")
    # Codes may have been read as decimals and may have lost a leading zero.
    code = pandas.to_numeric(frame["hs_code"].str.partition(".")[0].str.zfill(6).str[:6], errors="coerce")
    frame["hs2"], frame["hs4"], frame["hs6"] = code // 10_000, code // 100, code
    for name in CODES + ["transport_document"]:
        frame[name] = pandas.factorize(frame[name])[0]
    return frame


def number(frame, key):
    """The values of a column, or of several with + between them, as numbers from 0 in the order in which they are met."""
    return frame.groupby(key.split("+"), sort=False, dropna=False).ngroup().to_numpy()


def declared(frame):
    """What a row says by itself."""
    def log(values):
        return numpy.log(values.where(values > 0))

    value, mass, quantity = (frame[name] for name in ("customs_value", "net_mass_kg", "quantity"))
    whole = frame.groupby("declaration")["customs_value"]
    out = {
        "price_per_kg": log(value / mass), "unit_price": log(value / quantity), "mass_per_unit": log(mass / quantity),
        "tax_per_unit": log(frame["total_taxes"] / quantity), "mass_per_package": log(mass / frame["packages"]),
        "gross_over_net": frame["gross_mass_kg"] / mass, "freight_over_value": frame["freight_insurance"] / value,
        "fob_over_value": frame["fob_value"] / value, "tax_over_value": frame["total_taxes"] / value,
        "duty_rate": frame["duty_rate"], "items": whole.transform("size"), "share_of_value": value / whole.transform("sum"),
        "items_value": log(whole.transform("sum")), "weekday": frame["date"].dt.day_of_week, "month": frame["date"].dt.month,
    }
    out |= {f"{name}.log": log(frame[name]) for name in NUMBERS if name != "duty_rate"}
    return out | {name: frame[name] for name in CODES + ["hs2", "hs4", "hs6"]}


def price_gap(price, key):
    """How many standard deviations a price lies from the mean of earlier ones of its key, drawn to 0 where they are few."""
    frame = pandas.DataFrame({"sum": price.fillna(0), "square": price.fillna(0) ** 2, "count": price.notna().astype(float)})
    before = frame.groupby(key).cumsum() - frame
    count = before["count"].where(before["count"] >= 4)
    mean = before["sum"] / count
    deviation = numpy.sqrt((before["square"] / count - mean**2).clip(lower=0.01))
    return ((price - mean) / deviation * count / (count + 5)).clip(-8, 8)


def within(key, day, days):
    """How many rows with the same key came before a row, no more than so many days."""
    order = numpy.lexsort((numpy.arange(len(key)), key))
    moment = key[order].astype(numpy.int64) * 100_000 + day[order]
    first = numpy.searchsorted(moment, moment - numpy.minimum(days, day[order]))
    counts = numpy.empty(len(key))
    counts[order] = numpy.arange(len(key)) - first
    return counts


def met(frame, prices):
    """What earlier rows, as declared, say of a row."""
    out, day = {}, frame["day"]
    for name in COUNTED:
        days = day.groupby(key := number(frame, name))
        out[f"{name}: before"] = numpy.log1p(days.cumcount())
        out[f"{name}: days since first"] = day - days.transform("first")
        out[f"{name}: days since last"] = days.diff()
        for span in (7, 30):
            out[f"{name}: in {span} days"] = numpy.log1p(within(key, day.to_numpy(), span))
    for name in PRICED:
        key = number(frame, f"{name}+quantity_unit")
        for price in ("unit_price", "price_per_kg", "mass_per_unit"):
            out[f"{name}: {price}"] = price_gap(prices[price], key)
    return out


class Tallies:
    """Results and findings known so far, by key."""

    def __init__(self, frame):
        codes = [number(frame, key) for key in KEYS]
        ends = numpy.cumsum([code.max() + 1 for code in codes])
        # One table for all keys: the numbers of a key begin where those of the last end.
        self.places = numpy.column_stack([code + end - (code.max() + 1) for code, end in zip(codes, ends)])
        self.results, self.findings = numpy.zeros(ends[-1]), numpy.zeros(ends[-1])
        self.overall = numpy.array([1.0, 0.02])

    def add(self, rows, found):
        """Takes in the results of some rows."""
        places = self.places[rows]
        numpy.add.at(self.results, places, 1.0)
        numpy.add.at(self.findings, places, found[:, None])
        self.overall += (len(rows), found.sum())

    def features(self, rows):
        """For each key the rate of findings over the rate of all, drawn to it where results are few, and their number."""
        results, findings = self.results[self.places[rows]], self.findings[self.places[rows]]
        rate = (findings * self.overall[0] / self.overall[1] + SMOOTHING) / (results + SMOOTHING)
        return numpy.hstack([numpy.log(rate), numpy.log1p(results)])


class World:
    """The rows of a world, what can be told of them beforehand, and what is known so far."""

    def __init__(self, path):
        frame = read(path)
        values = declared(frame)
        values |= met(frame, values)
        self.tallies = Tallies(frame)
        self.fixed = len(values)
        self.x = numpy.empty((len(frame), self.fixed + 2 * len(KEYS)), numpy.float32)
        for column, value in enumerate(values.values()):
            self.x[:, column] = value
        self.found = frame["irregular"].to_numpy(float)
        self.declaration = frame["declaration"].to_numpy()
        self.days = numpy.searchsorted(frame["day"], numpy.arange(frame["day"].iloc[-1] + 2))  # where each day begins
        self.first = numpy.flatnonzero(numpy.diff(self.declaration, prepend=-1))  # where each declaration begins
        self.mandatory = frame["mandatory"].to_numpy()[self.first]
        self.is_irregular = numpy.maximum.reduceat(self.found, self.first) > 0
        self.brings = numpy.add.reduceat(self.found * frame["extra_revenue"].to_numpy(), self.first)
        self.revealed = numpy.zeros(len(frame), bool)

    def rows(self, week):
        """Where the rows of a week begin and end."""
        return self.days[week * PERIOD], self.days[min((week + 1) * PERIOD, len(self.days) - 1)]

    def look(self, week):
        """Tells each row of a week what is known on its day."""
        for day in range(week * PERIOD, min((week + 1) * PERIOD, len(self.days) - 1)):
            if day >= KNOWN_AFTER:
                then = numpy.arange(*self.days[day - KNOWN_AFTER:day - KNOWN_AFTER + 2])
                then = then[self.revealed[then]]
                self.tallies.add(then, self.found[then])
            today = slice(*self.days[day:day + 2])
            self.x[today, self.fixed:] = self.tallies.features(today)


def scores(world, week, options):
    """What LightGBM, trained on what is known, gives the rows of a week; `None` where there is nothing to learn yet."""
    known = numpy.flatnonzero(world.revealed[:world.days[max(week * PERIOD - KNOWN_AFTER, 0)]])
    label = world.found[known]
    if len(known) == 0 or label.min() == label.max():
        return None
    parameters = {"objective": "binary", "num_leaves": 31, "learning_rate": 0.1, "max_bin": 63,
                  "feature_fraction": 0.3, "num_threads": options.threads, "seed": options.seed, "deterministic": True,
                  "force_col_wise": True, "verbose": -1}
    model = lightgbm.train(parameters, lightgbm.Dataset(world.x[known], label), options.trees)
    return model.predict(world.x[slice(*world.rows(week))], num_threads=options.threads)


def picked(best, free, capacity, rng):
    """Which of the free declarations are inspected: the best, and some by chance."""
    order, count = rng.permutation(free), 0
    if best is not None:
        count = min(int(BEST_SHARE * capacity + rng.random()), capacity)
        order = order[numpy.argsort(-best[order], kind="stable")]
    return numpy.concatenate([order[:count], rng.choice(order[count:], capacity - count, replace=False)])


def replay(world, options):
    """The loop; gives the sums after the warm-up."""
    rng, weeks = numpy.random.default_rng(options.seed), -(-(len(world.days) - 1) // PERIOD)
    budget, sums = 0.0, dict.fromkeys(("declarations", "inspected", "found", "findings", "revenue", "revenue_of_all"), 0)
    for week in range(weeks):
        world.look(week)
        start, end = world.rows(week)
        if week < options.warm_up:
            world.revealed[start:end] = True
            continue
        numbers = slice(world.declaration[start], world.declaration[end - 1] + 1)
        score = scores(world, week, options)
        best = None if score is None else numpy.maximum.reduceat(score, world.first[numbers] - start)
        free = numpy.flatnonzero(~world.mandatory[numbers])
        budget += options.rate / 100 * len(free)
        picks = picked(best, free, min(int(budget + 0.5) - sums["inspected"], len(free)), rng)
        shown = world.mandatory[numbers].copy()
        shown[picks] = True
        world.revealed[start:end] = shown[world.declaration[start:end] - numbers.start]
        irregular, brings = world.is_irregular[numbers], world.brings[numbers]
        added = (len(free), len(picks), irregular[picks].sum(), irregular[free].sum(), brings[picks].sum(), brings[free].sum())
        sums = {name: value + more for (name, value), more in zip(sums.items(), added)}
    return {"periods": weeks - options.warm_up} | {
        name: round(float(value), 2) if name.startswith("revenue") else int(value) for name, value in sums.items()}


def peer(options):
    """The peer alone: its figures, as a line for people and one of JSON."""
    world = World(options.world)
    row = {"name": "pandas + LightGBM", "features": world.x.shape[1], "capacity_percent": options.rate} | replay(world, options)
    row["recall"], row["revenue_recall"] = row["found"] / row["findings"], row["revenue"] / row["revenue_of_all"]
    row["wall_s"] = round(time.perf_counter() - STARTED, 2)
    row["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(f"{row['inspected']} of {row['declarations']} declarations inspected in {row['periods']} weeks, {row['found']} of"
          f" {row['findings']} cases found ({row['recall']:.1%}), revenue {row['revenue']:,.0f} ({row['revenue_recall']:.1%}),"
          f" {row['wall_s']} s, {row['peak_mb']:.0f} MB", file=sys.stderr)
    print(json.dumps(row))


def measured(command):
    """Runs a command: its output, wall and processor seconds, and peak memory in MB."""
    print("$", " ".join(map(str, command)), file=sys.stderr)
    with tempfile.NamedTemporaryFile("r") as times:
        done = subprocess.run(["/usr/bin/time", "-o", times.name, "-f", "%e %U %S %M", *map(str, command)], check=False,
                              stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{command[0]} ended with {done.returncode}")
        wall, user, system, kilobytes = map(float, times.read().split())
    return done.stdout, {"wall_s": wall, "cpu_s": user + system, "peak_mb": kilobytes / 1024}


def run_peer(options):
    """One run of the peer in a process of its own."""
    passed = ("world", "rate", "warm_up", "seed", "threads", "trees")
    given = [text for name in passed for text in (f"--{name.replace('_', '-')}", getattr(options, name))]
    output, figures = measured([sys.executable, __file__, *given])
    return json.loads(output) | figures


def run_tidewaiter(options):
    """One run of Tidewaiter."""
    schema, data, truth = (options.world / name for name in ("schema.toml", "declarations.csv", "truth.csv"))
    with tempfile.TemporaryDirectory() as out:
        _, figures = measured([
            options.tidewaiter, "pilot", "--schema", schema, "--data", data, "--truth", truth, "--strategies", STRATEGY, "--rate",
            f"{options.rate:g}%", "--period", "week", "--warm-up", options.warm_up, "--seed", options.seed, "--threads",
            options.threads, "--out", out])
        report = json.loads((Path(out) / "report.json").read_text())
    (row,) = report["strategies"]
    sums = {name: sum(period[name] for period in row["periods"]) for name in ("declarations", "findings")}
    return {"name": "Tidewaiter", "inspected": row["picks"], "periods": len(row["periods"])} | sums | figures | {
        name: row[name] for name in ("found", "recall", "revenue", "revenue_recall")}


def compare(options):
    """Both in turns, and the table."""
    runs = {run_tidewaiter: [], run_peer: []}
    for repeat in range(options.repeats):
        for run in list(runs)[::1 if repeat % 2 == 0 else -1]:
            runs[run].append(run(options))
    ours, theirs = ({name: value if isinstance(value, str) else median(run[name] for run in of) for name, value in of[0].items()}
                    for of in runs.values())
    for name in ("periods", "declarations", "findings", "inspected"):
        if ours[name] != theirs[name]:
            print(f"the loops are not the same: {name} {ours[name]} and {theirs[name]}", file=sys.stderr)
    shown = ("inspected", "found", "recall", "revenue", "revenue_recall", "wall_s", "cpu_s", "peak_mb")
    formats = ("{:,.0f}", "{:,.0f}", "{:.1%}", "{:,.0f}", "{:.1%}", "{:.1f} s", "{:.1f} s", "{:.0f} MB")
    print("| | inspected | found | of all cases | revenue | of revenue | wall | processor | peak memory |\n" + "|---" * 9 + "|")
    for row in (ours, theirs):
        print(f"| {row['name']} |", " | ".join(form.format(row[name]) for form, name in zip(formats, shown)), "|")
    print("| Tidewaiter / peer |", " | ".join(f"{ours[name] / theirs[name]:.2f}" for name in shown), "|")


def main():
    """The peer alone, or both."""
    options = arguments()
    (compare if options.tidewaiter else peer)(options)


if __name__ == "__main__":
    main()
