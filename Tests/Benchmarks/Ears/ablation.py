#!/usr/bin/env python3
"""What each family of features adds, and how many samples a song needs: held-out song-level AUC with and without.

    swift build -c release -Xswiftc -enable-testing --package-path Tests/Benchmarks --product ears
    python3 Tests/Benchmarks/Ears/ablation.py Tests/Benchmarks/.build/release/ears MUSIC [--owners N] [--cache FILE]

needs scikit-learn. MUSIC holds one folder a style. Each made-up owner likes about a third of the styles, with 12% of the
single opinions the other way round. For every owner the AUC is that of out-of-fold answers (5 folds by song) of extra
trees and of logistic regression on the songs' summaries. A row says how the mean over the owners changes when a family is
left out of the standard ones, or an extra one added, with the standard error of the paired differences.
"""
import argparse
import json
import os
import subprocess
import tempfile

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

EXTRAS = ("tonnetz", "percussion")


def measure(ears, music, width):
    """The samples' statistics of every song that can be read, and the songs' styles."""
    songs, styles = [], []
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "statistics")
        for style in sorted(os.listdir(music)):
            for place, _, names in sorted(os.walk(os.path.join(music, style))):
                for name in sorted(names):
                    made = subprocess.run([ears, "statistics", os.path.join(place, name), out], capture_output=True)
                    if made.returncode == 0 and os.path.getsize(out) > 0:
                        songs.append(np.fromfile(out, "<f4").reshape(-1, width))
                        styles.append(style)
    return songs, np.array(styles)


def summaries(songs, samples):
    def chosen(song):
        return song[np.linspace(0, len(song) - 1, min(samples, len(song))).round().astype(int)]
    return np.stack([np.r_[chosen(song).mean(axis=0), chosen(song).std(axis=0)] for song in songs])


def answers(rows, liked, seed):
    result = []
    for model in (ExtraTreesClassifier(150, min_samples_leaf=3, random_state=seed, n_jobs=1),
                  make_pipeline(StandardScaler(), LogisticRegression(C=0.003, max_iter=500))):
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        result.append(roc_auc_score(liked, cross_val_predict(model, rows, liked, cv=folds, method="predict_proba")[:, 1]))
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ears")
    parser.add_argument("music")
    parser.add_argument("--owners", type=int, default=20)
    parser.add_argument("--cache", help="an .npz file to keep the statistics in")
    options = parser.parse_args()
    layout = json.loads(subprocess.run([options.ears, "layout"], check=True, capture_output=True).stdout)
    width = max(first + count for first, count in layout.values())
    if options.cache and os.path.exists(options.cache):
        kept = np.load(options.cache, allow_pickle=True)
        songs, styles = list(kept["songs"]), kept["styles"]
    else:
        songs, styles = measure(options.ears, options.music, width)
        if options.cache:
            boxed = np.empty(len(songs), object)
            boxed[:] = songs
            np.savez(options.cache, songs=boxed, styles=styles)

    def columns(families):
        own = [place for name in families for place in range(layout[name][0], sum(layout[name]))]
        return np.array(sorted(own) + [width + place for place in sorted(own)])

    standard = sorted((name for name in layout if name not in EXTRAS), key=lambda name: layout[name][0])
    whole = summaries(songs, 30)
    cases = {"all standard families, 30 samples": (whole, columns(standard))}
    for name in standard:
        cases[f"without {name}"] = (whole, columns([other for other in standard if other != name]))
    for name in EXTRAS:
        cases[f"with {name}"] = (whole, columns(standard + [name]))
    for count in (1, 3, 6, 12, 20):
        cases[f"{count} samples a song"] = (summaries(songs, count), columns(standard))

    results = {name: [] for name in cases}
    names = sorted(set(styles))
    for seed in range(options.owners):
        random = np.random.default_rng(seed)
        favourites = set(random.choice(names, max(1, round(0.35 * len(names))), replace=False))
        liked = np.array([(style in favourites) != (random.random() < 0.12) for style in styles])
        if min(liked.sum(), (~liked).sum()) < 20:
            continue
        for name, (rows, own) in cases.items():
            results[name].append(answers(rows[:, own], liked, seed))
    first = np.array(next(iter(results.values())))
    print(f"{len(songs)} songs, {len(names)} styles, {len(first)} owners\n")
    print("| features | values | extra trees | logistic regression |\n|---|---|---|---|")
    for name, values in results.items():
        values = np.array(values)
        cells = []
        for model in range(2):
            if name == next(iter(results)):
                cells.append(f"{values[:, model].mean():.3f}")
            else:
                apart = values[:, model] - first[:, model]
                cells.append(f"{apart.mean():+.4f} ± {apart.std() / np.sqrt(len(apart)):.4f}")
        print(f"| {name} | {len(cases[name][1])} | {cells[0]} | {cells[1]} |")


if __name__ == "__main__":
    main()
