#!/usr/bin/env python3
"""Sets the features here beside librosa's, on the same samples with the same parameters: values and CPU time.

    swift build -c release -Xswiftc -enable-testing --package-path Tests/Benchmarks --product ears
    python3 Tests/Benchmarks/Ears/compare.py Tests/Benchmarks/.build/release/ears [--samples N] FILE...

needs librosa 0.11 (`pip install librosa==0.11.0`). Prints for each feature the largest difference over the largest
reference value of its matrix (contrast: the largest difference in dB) over all samples, then for each variant the CPU
time a sample takes in librosa and here, one thread each, turn by turn, and their ratio. librosa computes each spectrum
once where its functions let it.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

sys.dont_write_bytecode = True

import librosa
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "AudioFeaturesTests" / "Golden"))
import make_golden as reference

NAMES = ["mel", "chroma", "contrast", "flux", "rolloff", "energyFraction", "tempo"]
LENGTH = 5 * 44100


def librosa_block(y, variant):
    parts = reference.study(y) if variant == "study" else reference.dense_block(y)
    return {name: np.atleast_2d(part) for name, part in zip(NAMES, parts)}


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("ears")
    parser.add_argument("--samples", type=int, default=6, help="samples of each file")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    worst = {}
    seconds = {("study", "librosa"): [], ("study", "here"): [], ("dense", "librosa"): [], ("dense", "here"): []}
    for variant in ("study", "dense"):
        # The first call compiles; it must not count.
        librosa_block(np.random.default_rng(1).standard_normal(LENGTH).astype("f4"), variant)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "samples")
        for file in arguments.files:
            subprocess.run([arguments.ears, "samples", file, path], check=True)
            samples = np.fromfile(path, "<f4").reshape(-1, LENGTH)
            samples = samples[:: max(1, len(samples) // arguments.samples)]
            samples.tofile(path)
            for variant in ("study", "dense"):
                def run(*words):
                    return json.loads(subprocess.run([arguments.ears, *words], check=True, capture_output=True).stdout)

                for made, sample in zip(run("features", variant, path), samples):
                    peak = np.abs(sample).max()
                    y = sample / peak if peak > 0 else sample
                    start = time.process_time()
                    expected = librosa_block(y, variant)
                    seconds[variant, "librosa"].append(time.process_time() - start)
                    for name, matrix in expected.items():
                        apart = np.abs(np.reshape(made[name], matrix.shape) - matrix).max()
                        if name != "contrast":
                            apart /= max(np.abs(matrix).max(), 1e-30)
                        worst.setdefault((variant, name), []).append(float(apart))
                seconds[variant, "here"] += run("time", variant, "3", path)
    print(f"librosa {librosa.__version__}, {len(worst['dense', 'mel'])} samples\n")
    print("| variant | feature | largest difference | median |\n|---|---|---|---|")
    for (variant, name), values in worst.items():
        unit = " dB" if name == "contrast" else ""
        print(f"| {variant} | {name} | {max(values):.1e}{unit} | {statistics.median(values):.1e}{unit} |")
    print("\n| variant | librosa, ms | here, ms | ratio |\n|---|---|---|---|")
    for variant in ("study", "dense"):
        theirs = sorted(1000 * value for value in seconds[variant, "librosa"])
        ours = sorted(1000 * value for value in seconds[variant, "here"])
        first, second = statistics.median(theirs), statistics.median(ours)
        print(f"| {variant} | {first:.1f} ({theirs[0]:.1f}-{theirs[-1]:.1f}) "
              f"| {second:.2f} ({ours[0]:.2f}-{ours[-1]:.2f}) | {first / second:.0f} |")


if __name__ == "__main__":
    main()
