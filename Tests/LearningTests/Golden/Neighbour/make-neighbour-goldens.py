#!/usr/bin/env python3
"""Writes scikit-learn's k-nearest-neighbours answers to neighbours.json.

Run in this folder. Made with scikit-learn 1.9.1 and numpy 2.4.6 (Python 3.11). Rows come from SplitMix64, as in the
tests.
"""

import json

import numpy
from sklearn.neighbors import KNeighborsClassifier

MASK = (1 << 64) - 1


def mixed(bits):
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & MASK
    return bits ^ (bits >> 31)


def rows(count, columns, seed):
    values = [(mixed(seed + (i + 1) * 0x9E3779B97F4A7C15 & MASK) >> 11) * 2.0**-53 for i in range(count * columns)]
    return (2 * numpy.array(values).astype(numpy.float32) - 1).reshape(count, columns)


train, queries = rows(200, 6, 11), rows(30, 6, 12)
positive = train[:, 0] + train[:, 1] > numpy.float32(0.3)
settings = []
for neighbours in (3, 12):
    for metric in ("euclidean", "cosine"):
        for vote in ("uniform", "distance"):
            model = KNeighborsClassifier(neighbours, weights=vote, metric=metric, algorithm="brute")
            answers = model.fit(train.astype(float), positive).predict_proba(queries.astype(float))[:, 1]
            settings.append(
                {"neighbours": neighbours, "metric": metric, "vote": vote, "probabilities": answers.tolist()})
with open("neighbours.json", "w") as file:
    json.dump({"settings": settings}, file)
