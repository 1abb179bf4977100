"""Sets indexd's learners beside scikit-learn's on the same rows, in turns, in one run.

usage: compare.py LEARNERS_PROGRAM CASE... [--rounds N] [--small]

Cases: tree, forest, extra, study, logistic, boosting, kernel, neighbours. Prints for each the user CPU time and the wall time of both,
their ratios (ours over theirs, median of the rounds) and the area under the ROC curve on held-out rows.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "2")
# Else idle threads of scikit-learn would count as busy where other programs run.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier


def rows(count, columns, seed=1, share=0.28):
    """Correlated, skewed columns and a class that a few of them hint at, as weakly as music features do."""
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(count, 24)).astype(np.float32)
    values = np.empty((count, columns), dtype=np.float32)
    for first in range(0, columns, 64):
        last = min(columns, first + 64)
        mixing = random.normal(size=(24, last - first)).astype(np.float32) / 5
        values[:, first:last] = hidden @ mixing + random.normal(size=(count, last - first)).astype(np.float32)
    values[:, ::3] = np.exp(values[:, ::3])
    hint = hidden[:, 0] + np.abs(hidden[:, 1]) + hidden[:, 2] * hidden[:, 3] + random.normal(size=count) * 2
    return values, (hint > np.quantile(hint, 1 - share)).astype(np.uint8)


def write(path, values, classes, training):
    with open(path, "wb") as file:
        np.array([*values.shape, training], dtype=np.int64).tofile(file)
        classes.tofile(file)
        values.tofile(file)


CASES = {
    "tree": ("songs", "decision-tree", {"columns": 1, "leaf": 5},
             lambda: DecisionTreeClassifier(min_samples_leaf=5, random_state=1)),
    "forest": ("songs", "random-forest", {"trees": 100},
               lambda: RandomForestClassifier(100, n_jobs=2, random_state=1)),
    "extra": ("songs", "extra-trees", {"trees": 100},
              lambda: ExtraTreesClassifier(100, n_jobs=2, random_state=1)),
    "study": ("samples", "study-tree", {},
              lambda: DecisionTreeClassifier(max_depth=30, max_features="sqrt", class_weight={0: 0.125, 1: 1},
                                             random_state=1)),
    "logistic": ("songs", "logistic", {},
                 lambda: make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))),
    "boosting": ("songs", "boosting", {},
                 lambda: HistGradientBoostingClassifier(early_stopping=False, random_state=1)),
    "kernel": ("songs", "support-vectors", {}, lambda: make_pipeline(StandardScaler(), SVC(C=3, cache_size=500))),
    "neighbours": ("held", "k-nearest-neighbours", {"neighbours": 15},
                   lambda: KNeighborsClassifier(15, algorithm="brute", n_jobs=2)),
}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("cases", nargs="+", choices=sorted(CASES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true", help="fewer rows")
    arguments = parser.parse_args()
    # "held" is the study's division of its samples: 30% held out.
    sizes = {"songs": (5626, 736), "samples": (168780, 1072), "held": (118146, 1072)}
    if arguments.small:
        sizes = {"songs": (1500, 300), "samples": (20000, 300), "held": (14000, 1072)}
    with tempfile.TemporaryDirectory() as folder:
        for case in arguments.cases:
            size, ours, settings, theirs = CASES[case]
            training, columns = sizes[size]
            path = os.path.join(folder, f"{size}.rows")
            values, classes = rows(training * 10 // 7 if size == "held" else training * 5 // 4, columns)
            write(path, values, classes, training)
            figures = {"ours": [], "theirs": []}
            for _ in range(arguments.rounds):
                output = subprocess.run(
                    [arguments.program, ours, path] + [f"{name}={value}" for name, value in settings.items()],
                    check=True, capture_output=True, text=True).stdout
                figure = json.loads(output)
                figure["auc"] = roc_auc_score(classes[training:], np.fromfile(path + ".answers"))
                figures["ours"].append(figure)
                model = theirs()
                begun, wall = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.monotonic()
                model.fit(values[:training], classes[:training])
                fitted, fitted_wall = resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.monotonic()
                answers = (
                    model.predict_proba(values[training:])[:, 1] if hasattr(model, "predict_proba")
                    else model.decision_function(values[training:]))
                answered = resource.getrusage(resource.RUSAGE_SELF).ru_utime
                figures["theirs"].append({
                    "fitCPU": fitted - begun, "fitWall": fitted_wall - wall, "answerCPU": answered - fitted,
                    "auc": roc_auc_score(classes[training:], answers)})
            print(f"{case} ({training} x {columns})")
            for name in ("fitCPU", "fitWall", "answerCPU", "auc"):
                a, b = (statistics.median(f[name] for f in figures[who]) for who in ("ours", "theirs"))
                print(f"  {name:10} ours {a:9.4f}  scikit-learn {b:9.4f}  ratio {a / max(b, 1e-9):.3f}")
            last = figures["ours"][-1]
            print(f"  model {last['bytes']} bytes, loaded in {last['decodeWall'] * 1000:.2f} ms, peak {last['peakMB']} MB")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
