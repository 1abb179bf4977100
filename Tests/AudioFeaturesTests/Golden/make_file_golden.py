#!/usr/bin/env python3
"""Makes file.json: what `indexctl features` should print of a stereo file at 48 kHz, by librosa (see make_golden.py).

The file is made of whole numbers, so that FileGoldenTests.swift writes the very same one.
"""
import json
import pathlib
import warnings

import librosa
import numpy as np
from make_golden import RATE, dense_block, scaled, study

FILE_RATE = 48000
START = 1.5
NAMES = ("mel", "chroma", "contrast", "flux", "rolloff", "energyFraction", "tempo")


def saw(step):
    return np.arange(8 * FILE_RATE, dtype=np.int64) * step % 32768 - 16384


def main():
    warnings.filterwarnings("ignore")
    place = np.arange(8 * FILE_RATE)
    left = saw(301)
    right = np.where(place % 24000 < 2400 + place // 400, saw(1777), 0)
    first = int(START * FILE_RATE)
    mono = ((left + right) / 65536)[first:first + 5 * FILE_RATE]
    y = librosa.resample(mono.astype(np.float32), orig_sr=FILE_RATE, target_sr=RATE, res_type="soxr_hq")
    y, _ = scaled(y * 32768)
    golden = {}
    for variant, block in (("study", study(y)), ("dense", dense_block(y))):
        golden[variant] = {}
        for name, values in zip(NAMES, block):
            golden[variant][name] = [float(f"{value:.7g}") for value in np.ravel(values)]
    (pathlib.Path(__file__).parent / "file.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
