#!/usr/bin/env python3
"""Answers of small dual attentive networks, written in JAX (64 bit), for the known-answer test of `learn::attention`.

Written from the description in the KDD 2020 paper on DATE and the module's own documents, not from anyone's code. For each
variant: weights, rows, forward outputs, loss of the batch with penalty, and the gradient with respect to every weight.

Run: python3 -m venv /tmp/venv && /tmp/venv/bin/pip install jax
     /tmp/venv/bin/python crates/learn/tests/parity/attention_fixture.py > crates/learn/tests/fixtures/attention.json
"""

import json
import sys

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

TREES, LEAVES, ROWS, ALPHA, L2, EPSILON = 5, 8, 6, 10.0, 0.01, 1e-5
PAPER = dict(dimension=8, heads=2, self_attention=True, attention_network=True, fusion="Concatenation",
             single_task=False, residual=False)
CASES = {
    "paper": (PAPER, [4, 3]),
    "one_query_four_heads": (PAPER | dict(heads=4), [4]),
    "gate_and_residual": (PAPER | dict(fusion="Attention", residual=True), [4, 3]),
    "no_self_attention": (PAPER | dict(self_attention=False), [4, 3]),
    "no_attention_network_one_task": (PAPER | dict(attention_network=False, single_task=True), [3, 2]),
    "no_entities": (PAPER, []),
}


def groups(a, entities):
    """Name, kind and shape of each group in the order of the flat vector."""
    d, n = a["dimension"], len(entities)
    selfish, attends, gate, pre = a["self_attention"], a["attention_network"], a["fusion"] == "Attention", a["residual"]
    joined = d if gate else d * (n + 1)
    table = [
        ("pre_gain", "gain", (1, d), pre), ("pre_bias", "bias", (1, d), pre),
        ("project_w", "matrix", (d, 3 * d), selfish), ("project_b", "bias", (1, 3 * d), selfish),
        ("out_w", "matrix", (d, d), selfish), ("out_b", "bias", (1, d), selfish),
        ("norm_gain", "gain", (1, d), selfish), ("norm_bias", "bias", (1, d), selfish),
        ("query", "matrix", (1, d), attends and n == 0),
        ("attend_q", "matrix", (d, d), attends), ("attend_s", "matrix", (d, d), attends),
        ("attend_b", "bias", (1, d), attends), ("attend_h", "matrix", (d, 1), attends),
        ("gate_w", "matrix", (d, d), gate), ("gate_b", "bias", (1, d), gate), ("gate_h", "matrix", (d, 1), gate),
        ("hidden1_w", "matrix", (joined, d), True), ("hidden1_b", "bias", (1, d), True),
        ("hidden2_w", "matrix", (d, d), True), ("hidden2_b", "bias", (1, d), True),
        ("label_w", "matrix", (d, 1), True), ("label_b", "bias", (1, 1), True),
        ("revenue_w", "matrix", (d, 1), not a["single_task"]), ("revenue_b", "bias", (1, 1), not a["single_task"]),
        ("leaves", "table", (LEAVES + 1, d), True),
    ]
    table += [(f"entities{k}", "table", (size + 1, d), True) for k, size in enumerate(entities)]
    return [(name, kind, shape) for name, kind, shape, there in table if there]


def draw(rng, kind, shape):
    if kind == "table":
        values = rng.normal(size=shape) * 0.7
        values[0] = 0.0
        return values
    values = rng.normal(size=shape) * {"matrix": 0.5, "bias": 0.2, "gain": 0.2}[kind]
    return values + (kind == "gain")


def norm(x, gain, bias):
    centred = x - x.mean(-1, keepdims=True)
    return centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON) * gain + bias


def leaf_vectors(a, w, leaves):
    e = w["leaves"][leaves]
    if not a["self_attention"]:
        return e
    rows, trees, d = e.shape
    width = d // a["heads"]
    x = norm(e, w["pre_gain"], w["pre_bias"]) if a["residual"] else e
    projected = jax.nn.relu(x @ w["project_w"] + w["project_b"])
    q, k, v = (p.reshape(rows, trees, a["heads"], width) for p in jnp.split(projected, 3, axis=-1))
    weights = jax.nn.softmax(jnp.einsum("rihc,rjhc->rhij", q, k) / np.sqrt(width), axis=-1)
    mixed = jnp.einsum("rhij,rjhc->rihc", weights, v).reshape(rows, trees, d) @ w["out_w"] + w["out_b"]
    mixed = e + mixed if a["residual"] else jax.nn.relu(mixed)
    return norm(mixed, w["norm_gain"], w["norm_bias"])


def forward(a, w, leaves, numbers):
    s = leaf_vectors(a, w, leaves)
    entities = [w[f"entities{k}"][numbers[:, k]] for k in range(numbers.shape[1])]
    attention = jnp.full(leaves.shape, 1.0 / leaves.shape[1])
    if a["attention_network"]:
        query = jnp.prod(jnp.stack(entities), axis=0) if entities else jnp.broadcast_to(w["query"], s[:, 0].shape)
        layer = jax.nn.relu((query @ w["attend_q"])[:, None] + s @ w["attend_s"] + w["attend_b"])
        attention = jax.nn.softmax((layer @ w["attend_h"])[..., 0], axis=-1)
    items = entities + [jnp.einsum("ri,rid->rd", attention, s)]
    if a["fusion"] == "Attention":
        stacked = jnp.stack(items, axis=1)
        scores = jax.nn.relu(stacked @ w["gate_w"] + w["gate_b"]) @ w["gate_h"]
        joined = (jax.nn.softmax(scores, axis=1) * stacked).sum(1)
    else:
        joined = jnp.concatenate(items, axis=-1)
    hidden = jax.nn.leaky_relu(joined @ w["hidden1_w"] + w["hidden1_b"], 0.01)
    hidden = jax.nn.leaky_relu(hidden @ w["hidden2_w"] + w["hidden2_b"], 0.01)
    logit = (hidden @ w["label_w"] + w["label_b"])[:, 0]
    revenue = None if a["single_task"] else jax.nn.softplus((hidden @ w["revenue_w"] + w["revenue_b"])[:, 0])
    return dict(logit=logit, scaled_revenue=revenue, hidden=hidden, attention=attention)


def loss(w, a, kinds, leaves, numbers, labels, targets, weights):
    out = forward(a, w, leaves, numbers)
    z = out["logit"]
    row = jax.nn.softplus(z) - labels * z
    if out["scaled_revenue"] is not None:
        known = ~jnp.isnan(targets)
        row += ALPHA * jnp.where(known, (out["scaled_revenue"] - jnp.where(known, targets, 0.0)) ** 2, 0.0)
    squares = sum((w[name] ** 2).sum() for name, kind in kinds.items() if kind == "matrix")
    squares += (w["leaves"][np.unique(leaves)] ** 2).sum()
    squares += sum((w[f"entities{k}"][np.unique(numbers[:, k])] ** 2).sum() for k in range(numbers.shape[1]))
    return (weights * row).mean() + L2 * squares / len(labels)


def case(name, seed):
    a, entities = CASES[name]
    rng = np.random.default_rng(seed)
    table = groups(a, entities)
    w = {group: np.float64(np.float32(draw(rng, kind, shape))) for group, kind, shape in table}
    leaves = rng.integers(0, LEAVES + 1, (ROWS, TREES))
    numbers = np.stack([rng.integers(0, n + 1, ROWS) for n in entities], 1) if entities else np.zeros((ROWS, 0), int)
    labels = np.float64(np.arange(ROWS) % 2)
    amounts = np.float64(np.float32(np.expm1(rng.uniform(0, 8, ROWS))))
    scale = float(np.log1p(amounts[1:]).max())
    targets = np.log1p(amounts) / scale
    targets[0] = np.nan
    weights = np.float64(np.float32(rng.uniform(0.5, 1.5, ROWS)))
    kinds = {group: kind for group, kind, _ in table}
    value, gradient = jax.value_and_grad(loss)(w, a, kinds, leaves, numbers, labels, targets, weights)
    gradient = {group: np.array(g) for group, g in gradient.items()}
    for group, kind in kinds.items():
        if kind == "table":
            gradient[group][0] = 0.0
    flat = lambda values: [float(v) for group, _, _ in table for v in np.asarray(values[group]).ravel()]
    out = {k: None if v is None else np.asarray(v).ravel().tolist() for k, v in forward(a, w, leaves, numbers).items()}
    short = lambda values: [float(f"{v:.8g}") for v in values]
    model = dict(architecture=a, trees=TREES, leaves=LEAVES, entities=entities, revenue_scale=scale,
                 weights=[float(f"{v:.9g}") for v in flat(w)])
    return dict(name=name, model=model, leaves=leaves.ravel().tolist(), entities=numbers.ravel().tolist(),
                labels=labels.tolist(), revenue=[None] + amounts[1:].tolist(), weights=weights.tolist(),
                groups=[[group, int(np.prod(shape))] for group, _, shape in table], loss=float(value),
                gradient=short(flat(gradient)), **{k: v and short(v) for k, v in out.items()})


json.dump([case(name, seed) for seed, name in enumerate(CASES, 1)], sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
