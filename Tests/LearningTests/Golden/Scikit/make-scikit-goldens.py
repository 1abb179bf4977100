"""Writes scikit.json: what scikit-learn and SciPy answer to questions that the tests put to Learning.

The rows come from SplitMix64 on both sides, so that only answers are stored. Run in this folder with scikit-learn 1.9.
"""
import json

import numpy as np
from scipy import stats
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier


class SplitMix:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)


def table(seed, rows, columns):
    """Values from 0 to 1 in steps of 1/256 in even columns, of 1/65536 in odd ones; classes hinted at by two columns."""
    random = SplitMix(seed)
    values = np.empty((rows, columns), dtype=np.float32)
    classes = np.empty(rows, dtype=bool)
    weights = np.empty(rows, dtype=np.float64)
    for row in range(rows):
        for column in range(columns):
            values[row, column] = (
                (random.next() >> 56) / 256 if column % 2 == 0 else (random.next() >> 48) / 65536)
        noise = (random.next() >> 48) / 65536
        classes[row] = values[row, 0] + values[row, 1] / 2 + noise > 1.25
        weights[row] = random.next() >> 62
    return values, classes, weights


TREES = {
    "all columns": {},
    "entropy": {"criterion": "entropy"},
    "leaves and depth": {"min_samples_leaf": 5, "max_depth": 6},
    "large nodes only": {"min_samples_split": 40},
    "square root": {"max_features": "sqrt"},
    "study": {"max_features": "sqrt", "max_depth": 30, "class_weight": {False: 0.125, True: 1}},
    "logarithm, entropy": {"max_features": "log2", "criterion": "entropy"},
    "repeated rows": {"max_features": "sqrt", "weights": True},
    "random thresholds": {"splitter": "random", "max_features": "sqrt"},
    "random thresholds, repeated rows": {"splitter": "random", "weights": True, "min_samples_leaf": 3},
    "random thresholds, weighted classes": {"splitter": "random", "class_weight": {False: 0.125, True: 1}},
    "random thresholds, odd weights": {"splitter": "random", "weights": "odd"},
    "odd weights": {"weights": "odd", "min_samples_leaf": 4},
}


def tree(values, classes, weights, seed, weighted, settings):
    model = DecisionTreeClassifier(random_state=seed, **settings).fit(
        values, classes,
        sample_weight=np.float32(weights) * np.float32(0.37) + np.float32(0.125) if weighted == "odd"
        else weights if weighted else None)
    grown = model.tree_
    return {
        # The state that the splitter's own generator starts from.
        "state": int(np.random.RandomState(seed).randint(0, 2147483647)),
        "column": [max(-1, int(column)) for column in grown.feature],
        "threshold": [0 if column < 0 else float(t) for column, t in zip(grown.feature, grown.threshold)],
        "impurity": [float(impurity) for impurity in grown.impurity],
        "rows": [int(rows) for rows in grown.n_node_samples],
        "positive": [float(value[0][1] / value[0].sum()) for value in grown.value],
        "importances": [float(importance) for importance in model.feature_importances_],
    }


def main():
    values, classes, weights = table(1, 240, 7)
    answers = {"trees": {}}
    for number, (name, settings) in enumerate(TREES.items()):
        settings = dict(settings)
        weighted = settings.pop("weights", False)
        answers["trees"][name] = tree(values, classes, weights, number, weighted, settings)

    values, classes, _ = table(2, 300, 9)
    scaled = StandardScaler().fit(values.astype(np.float64))
    answers["logistic"] = []
    for c in (0.01, 1, 100):
        model = LogisticRegression(C=c, tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(
            scaled.transform(values.astype(np.float64)), classes)
        answers["logistic"].append(
            {"c": c, "weights": model.coef_[0].tolist(), "constant": float(model.intercept_[0])})

    values, classes, weights = table(3, 240, 5)
    # Weights, since with equal ones many splits gain the same and rounding decides.
    answers["boosting"] = [
        HistGradientBoostingClassifier(early_stopping=False, **settings)
        .fit(values, classes, sample_weight=weights + 1 if weighted else None).decision_function(values).tolist()
        for settings, weighted in [
            ({"max_iter": 1, "learning_rate": 1.0, "max_leaf_nodes": 4}, False),
            ({"max_iter": 12}, True),
            ({"max_iter": 12, "min_samples_leaf": 7, "max_depth": 3, "l2_regularization": 1.5}, True),
        ]]

    values, classes, _ = table(2, 300, 9)
    scores = np.round(values[:, 0] * 0.7 + values[:, 3] * 0.3, 2).astype(np.float64)
    answers["scores"] = {
        "auc": roc_auc_score(classes, scores),
        "averagePrecision": average_precision_score(classes, scores),
        "brier": brier_score_loss(classes, scores),
    }
    answers["binomial"] = [
        {
            "successes": k, "trials": n, "probability": p,
            "upperTail": float(stats.binom.sf(k - 1, n, p)),
            "lowerBound": 0.0 if k == 0 else float(stats.beta.ppf(0.05, k, n - k + 1)),
        }
        for k, n, p in [
            (0, 0, 0.5), (0, 10, 0.3), (1, 1, 0.2), (3, 10, 0.3), (10, 10, 0.9), (29, 40, 0.6), (75, 100, 0.6),
            (200, 300, 0.6), (1601, 5626, 0.28), (5000, 5626, 0.9), (60000, 100000, 0.6), (7, 1000, 0.001)]
    ]
    with open("scikit.json", "w") as file:
        json.dump(answers, file, separators=(",", ":"))


if __name__ == "__main__":
    main()
