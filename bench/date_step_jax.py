#!/usr/bin/env python3
"""One training step of the DATE network in JAX: 256 rows x 100 leaves x 16, forward, backward and update, jitted.

The peer of `cargo bench -p tidewaiter-learn --bench attention -- ten_steps` (divide that by ten). Prints wall and processor
time of a step; the processor time is summed over all threads JAX takes.

Run: python3 -m venv /tmp/venv && /tmp/venv/bin/pip install jax && /tmp/venv/bin/python bench/date_step_jax.py
"""

import statistics
import time

import jax
import jax.numpy as jnp
import numpy as np

BATCH, TREES, LEAVES, D, HEADS = 256, 100, 16, 16, 4
IMPORTERS, CODES, ALPHA, L2, RATE = 5000, 800, 10.0, 0.01, 0.005


def weights(rng):
    draw = lambda *shape: jnp.asarray(rng.uniform(-0.4, 0.4, shape), jnp.float32)
    zeros = lambda n: jnp.zeros(n, jnp.float32)
    return dict(
        leaves=draw(TREES * LEAVES + 1, D), importers=draw(IMPORTERS + 1, D), codes=draw(CODES + 1, D),
        project_w=draw(D, 3 * D), project_b=zeros(3 * D), out_w=draw(D, D), out_b=zeros(D), gain=zeros(D) + 1,
        bias=zeros(D), attend_q=draw(D, D), attend_s=draw(D, D), attend_b=zeros(D), attend_h=draw(D),
        hidden1_w=draw(3 * D, D), hidden1_b=zeros(D), hidden2_w=draw(D, D), hidden2_b=zeros(D),
        label_w=draw(D), label_b=zeros(()), revenue_w=draw(D), revenue_b=zeros(()))


def loss(w, leaves, importers, codes, labels, targets):
    e = w["leaves"][leaves]
    projected = jax.nn.relu(e @ w["project_w"] + w["project_b"])
    q, k, v = (p.reshape(BATCH, TREES, HEADS, D // HEADS) for p in jnp.split(projected, 3, axis=-1))
    a = jax.nn.softmax(jnp.einsum("rihc,rjhc->rhij", q, k) / np.sqrt(D // HEADS), axis=-1)
    s = jnp.einsum("rhij,rjhc->rihc", a, v).reshape(BATCH, TREES, D)
    s = jax.nn.relu(s @ w["out_w"] + w["out_b"])
    s = s - s.mean(-1, keepdims=True)
    s = s / jnp.sqrt((s**2).mean(-1, keepdims=True) + 1e-5) * w["gain"] + w["bias"]
    u, c = w["importers"][importers], w["codes"][codes]
    layer = jax.nn.relu(((u * c) @ w["attend_q"])[:, None] + s @ w["attend_s"] + w["attend_b"])
    pooled = jnp.einsum("ri,rid->rd", jax.nn.softmax(layer @ w["attend_h"], axis=-1), s)
    h = jax.nn.leaky_relu(jnp.concatenate([u, c, pooled], -1) @ w["hidden1_w"] + w["hidden1_b"], 0.01)
    h = jax.nn.leaky_relu(h @ w["hidden2_w"] + w["hidden2_b"], 0.01)
    z, r = h @ w["label_w"] + w["label_b"], jax.nn.softplus(h @ w["revenue_w"] + w["revenue_b"])
    error = (jax.nn.softplus(z) - labels * z + ALPHA * (r - targets) ** 2).mean()
    return error + L2 / BATCH * sum((x**2).sum() for x in w.values())


@jax.jit
def step(w, m, v, *batch):
    gradient = jax.grad(loss)(w, *batch)
    m = jax.tree.map(lambda m, g: 0.95 * m + 0.05 * g, m, gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
    return jax.tree.map(lambda w, m, v: w - RATE * m / (jnp.sqrt(v) + 1e-5), w, m, v), m, v


def main():
    rng = np.random.default_rng(1)
    w = weights(rng)
    m = v = jax.tree.map(jnp.zeros_like, w)
    leaves = 1 + np.arange(TREES) * LEAVES + rng.integers(0, LEAVES, (BATCH, TREES))
    batch = (leaves, 1 + rng.integers(0, IMPORTERS, BATCH), 1 + rng.integers(0, CODES, BATCH),
             np.float32(rng.random(BATCH) < 0.1), np.float32(rng.random(BATCH)))
    batch = tuple(map(jnp.asarray, batch))
    for _ in range(3):
        w, m, v = jax.block_until_ready(step(w, m, v, *batch))
    walls, processors = [], []
    for _ in range(20):
        wall, processor = time.perf_counter(), time.process_time()
        w, m, v = jax.block_until_ready(step(w, m, v, *batch))
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    print(f"JAX {jax.__version__}: median of 20 steps, wall {statistics.median(walls) * 1e3:.1f} ms, "
          f"processor {statistics.median(processors) * 1e3:.1f} ms")


main()
