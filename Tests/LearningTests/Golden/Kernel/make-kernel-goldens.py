#!/usr/bin/env python3
"""Writes the decision values of scikit-learn's SVC(rbf) to kernels.json.

Run in this folder. Made with scikit-learn 1.9.1 and numpy 2.4.6 (Python 3.11). Rows come from SplitMix64, as in the
tests.
"""

import json

import numpy
from sklearn.svm import SVC

MASK = (1 << 64) - 1


def mixed(bits):
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & MASK
    return bits ^ (bits >> 31)


def rows(count, columns, seed):
    values = [(mixed(seed + (i + 1) * 0x9E3779B97F4A7C15 & MASK) >> 11) * 2.0**-53 for i in range(count * columns)]
    return (2 * numpy.array(values).astype(numpy.float32) - 1).reshape(count, columns)


train, queries = rows(300, 5, 21), rows(40, 5, 22)
# A ring, and every eleventh opinion the other way round.
positive = (train[:, 0] ** 2 + train[:, 1] ** 2 < numpy.float32(0.5)) ^ (numpy.arange(300) % 11 == 0)
settings = []
for cost, gamma, weights in ((1, "scale", None), (10, 0.7, None), (0.3, 2.0, {False: 0.25, True: 3})):
    model = SVC(C=cost, gamma=gamma, class_weight=weights, tol=1e-6, cache_size=50)
    decisions = model.fit(train.astype(float), positive).decision_function(queries.astype(float))
    settings.append(
        {
            "cost": cost, "gamma": None if gamma == "scale" else gamma, "negative": (weights or {}).get(False, 1),
            "positive": (weights or {}).get(True, 1), "vectors": int(model.n_support_.sum()),
            "decisions": decisions.tolist()})
with open("kernels.json", "w") as file:
    json.dump({"settings": settings}, file)
