#!/usr/bin/env python3
"""Makes the golden arrays of AudioFeaturesTests with librosa.

    python3 -m venv venv && venv/bin/pip install librosa==0.11.0
    venv/bin/python Tests/AudioFeaturesTests/Golden/make_golden.py

The signals are made of whole numbers, so that TestSignals.swift makes the very same ones. Each NAME.f32 holds, as
little-endian 32-bit floats, the study block, the dense block, the statistics and the extra descriptors of one signal,
in the order of BlockLayout, SummaryLayout and ExtraDescriptors. tempi.json holds the tempo of click tracks, versions.json what made all this.
"""
import json
import pathlib
import platform
import warnings

import librosa
import numpy as np
import scipy

RATE = 44100
LENGTH = 5 * RATE
TABLE = np.round(32767 * np.sin(2 * np.pi * np.arange(4096) / 4096)).astype(np.int64)


# --- signals: integers from -32768 to 32767 ---

def noise(count, seed):
    """SplitMix64's upper 16 bits, as signed numbers."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(48)).astype(np.int64) - 32768


def tone(millihertz, count=LENGTH):
    """A sine by table; the phase is a 32-bit whole number."""
    step = (millihertz << 32) // (RATE * 1000)
    return TABLE[((np.arange(count, dtype=np.int64) * step) & 0xFFFFFFFF) >> 20]


def ramp(count, period, length):
    """Falls from 32767 to 0 over `length` values, again in every period."""
    place = np.arange(count, dtype=np.int64) % period
    return np.maximum(0, (length - place) * 32767 // length)


def music():
    """Chords that change every second, a kick on the beat and a hat off it."""
    chords = [(130813, 164814, 195998), (110000, 130813, 164814), (87307, 110000, 130813), (97999, 123471, 146832)]
    second = np.arange(LENGTH) // RATE
    total = np.zeros(LENGTH, np.int64)
    for number in range(5):
        chord = np.zeros(LENGTH, np.int64)
        for note in chords[number % 4]:
            for partial in range(1, 9):
                chord += tone(note * partial) // (partial * partial)
        total += np.where(second == number, chord, 0)
    total = (total * ramp(LENGTH, 22050, 30000)) >> 17
    kick = (tone(55000) * ramp(LENGTH, 22050, 4000)) >> 16
    hat = (noise(LENGTH, 7) * np.roll(ramp(LENGTH, 11025, 900), 5512)) >> 18
    return np.clip(total + kick + hat, -32768, 32767)


def clicks(tempo):
    """A click of 64 values of noise on every beat."""
    signal = np.zeros(LENGTH, np.int64)
    burst = noise(64, 11)
    beat = 0
    while beat * 60 * RATE // tempo + 64 <= LENGTH:
        start = beat * 60 * RATE // tempo
        signal[start:start + 64] = burst
        beat += 1
    return signal


def one(place, value=32767):
    signal = np.zeros(LENGTH, np.int64)
    signal[place] = value
    return signal


def signals():
    place = np.arange(LENGTH)
    return {
        "silence": np.zeros(LENGTH, np.int64),
        "click": one(100000),
        "clickOnGrid": one(512 * 200),
        "constant": np.full(LENGTH, 16384, np.int64),
        "tone": tone(440000),
        "clipped": np.clip(tone(220000) * 3, -32768, 32767),
        "square": np.where(tone(100000) >= 0, 20000, -20000),
        "noise": noise(LENGTH, 1),
        "noiseAfterSilence": np.where(place < 110250, 0, noise(LENGTH, 2)),
        "music": music(),
        "quietMusic": music() >> 9,
        "beginning": music()[:70000],
        "fewFrames": music()[:2500],
        "shorterThanAWindow": noise(1000, 3),
        "oneValue": np.array([1000]),
    }


# --- features ---

def array_split(matrix, steps=7):
    matrix = np.atleast_2d(matrix)
    frames = matrix.shape[1]
    if frames < steps:
        return np.stack([matrix[:, step * frames // steps] for step in range(steps)], axis=1)
    return np.stack([part.mean(axis=1) for part in np.array_split(matrix, steps, axis=1)], axis=1)


def energy_fraction(magnitude, size):
    frequency = librosa.fft_frequencies(sr=RATE, n_fft=size)
    inside = (frequency > 100) & (frequency < 300)
    part = librosa.feature.rms(S=np.where(inside[:, None], magnitude, 0), frame_length=size)
    whole = librosa.feature.rms(S=magnitude, frame_length=size)
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), 0)


def study(y):
    # The study has always 7 frames: a shorter sample is one with silence behind it.
    y = np.pad(y, (0, LENGTH - len(y)))
    hop = 32768
    long = np.abs(librosa.stft(y, n_fft=4096, hop_length=hop))
    flux = librosa.onset.onset_strength(y=y, sr=RATE, n_fft=2048, hop_length=hop)
    return [
        librosa.feature.melspectrogram(y=y, sr=RATE, n_fft=4096, hop_length=hop, n_mels=128, fmax=16384),
        librosa.feature.chroma_stft(y=y, sr=RATE, n_fft=4096, hop_length=hop, tuning=0),
        librosa.feature.spectral_contrast(y=y, sr=RATE, n_fft=4096, hop_length=hop, fmin=31, n_bands=9),
        flux,
        librosa.feature.spectral_rolloff(y=y, sr=RATE, n_fft=2048, hop_length=hop),
        energy_fraction(long, 4096),
        librosa.feature.tempo(onset_envelope=flux, sr=RATE, hop_length=hop),
    ]


def frames(y):
    """The dense features frame by frame, and the tempo."""
    magnitude = np.abs(librosa.stft(y, n_fft=2048, hop_length=512))
    mel = librosa.feature.melspectrogram(S=magnitude**2, sr=RATE, n_mels=128, fmax=16384)
    flux = librosa.onset.onset_strength(y=y, sr=RATE)
    return {
        "magnitude": magnitude,
        "mel": np.log10(np.maximum(mel, 1e-10)),
        "chroma": librosa.feature.chroma_stft(y=y, sr=RATE, n_fft=4096, hop_length=2048, tuning=0),
        "contrast": librosa.feature.spectral_contrast(S=magnitude, sr=RATE),
        "flux": flux,
        "rolloff": librosa.feature.spectral_rolloff(S=magnitude, sr=RATE),
        "energyFraction": energy_fraction(magnitude, 2048),
        "tempo": librosa.feature.tempo(onset_envelope=flux, sr=RATE),
    }


def pooled(made):
    rows = [made[name] for name in ("mel", "chroma", "contrast", "flux", "rolloff", "energyFraction")]
    return [array_split(row) for row in rows] + [made["tempo"]]


def dense_block(y):
    return pooled(frames(y))


def heard_contrast(magnitude, least):
    """librosa's spectral_contrast, but what lies below `least` is taken for it, and nothing else is limited."""
    frequency = librosa.fft_frequencies(sr=RATE, n_fft=2048)
    edges = np.concatenate([[0], 200 * 2.0 ** np.arange(7)])
    rows = []
    for row, (low, high) in enumerate(zip(edges[:-1], edges[1:])):
        inside = (frequency >= low) & (frequency <= high)
        places = np.flatnonzero(inside)
        if row > 0:
            inside[places[0] - 1] = True
        if row == 6:
            inside[places[-1] + 1:] = True
        part = magnitude[inside]
        if row < 6:
            part = part[:-1]
        count = int(max(1, np.rint(0.02 * inside.sum())))
        part = np.sort(part, axis=0)
        valley, peak = part[:count].mean(axis=0), part[-count:].mean(axis=0)
        rows.append(10 * np.log10(np.maximum(peak, least)) - 10 * np.log10(np.maximum(valley, least)))
    return np.stack(rows)


def dense(y, peak):
    made = frames(y)
    magnitude, tempo = made["magnitude"], made["tempo"]
    block = pooled(made)
    # The summary is of the sample over four times its RMS, and takes what lies far below for silence.
    level = np.float32(4 * np.sqrt(np.mean(y.astype(np.float64) ** 2))) if peak > 0 else np.float32(1)
    least = max(np.float32(5e-4) * level, 1e-5)
    made["mel"] = np.maximum(made["mel"] - 2 * np.log10(level), -5)
    mfcc = librosa.feature.mfcc(S=10 * made["mel"], n_mfcc=20)
    tempogram = librosa.feature.tempogram(onset_envelope=made["flux"], sr=RATE, win_length=8 * RATE // 512).mean(axis=1)
    strength = tempogram[int(round(60 * RATE / 512 / tempo[0]))]
    loudness = np.log10(np.maximum(librosa.feature.rms(S=magnitude, frame_length=2048) * peak, 1e-5))
    statistics = []

    def add(matrix):
        matrix = np.atleast_2d(matrix)
        statistics.extend([matrix.mean(axis=1), matrix.std(axis=1)])

    add(made["mel"])
    add(mfcc)
    statistics.append(np.diff(mfcc, axis=1).std(axis=1) if mfcc.shape[1] > 1 else np.zeros(20))
    for matrix in (heard_contrast(magnitude, least), made["chroma"], made["flux"], made["rolloff"],
                   librosa.feature.spectral_centroid(S=magnitude, sr=RATE),
                   librosa.feature.spectral_flatness(S=magnitude, amin=least**2), made["energyFraction"], loudness):
        add(matrix)
    statistics += [tempo, [strength]]
    return block, statistics + extras(made)


def extras(made):
    """Tonal centroids of the dense chroma, percussive shares of the dense mel spectrogram."""
    tonnetz = librosa.feature.tonnetz(chroma=made["chroma"], sr=RATE)
    mel = 10.0 ** made["mel"]
    _, mask = librosa.decompose.hpss(mel, kernel_size=31, mask=True)
    parts = [(0, 128), (0, 32), (32, 64), (64, 96), (96, 128)]
    shares = np.stack([(mask * mel)[low:high].sum(axis=0) / mel[low:high].sum(axis=0) for low, high in parts])
    return [value for rows in (tonnetz, shares) for value in (rows.mean(axis=1), rows.std(axis=1))]


def scaled(signal):
    y = (signal / 32768).astype(np.float32)
    peak = np.abs(y).max()
    return (y / peak if peak > 0 else y), peak


def main():
    warnings.filterwarnings("ignore")
    folder = pathlib.Path(__file__).parent
    for name, signal in signals().items():
        y, peak = scaled(signal)
        block, statistics = dense(y, peak)
        values = np.concatenate([np.ravel(part) for part in study(y) + block + statistics]).astype("<f4")
        assert len(values) == 1072 + 1051 + 368 + 22 and np.isfinite(values).all(), name
        values.tofile(folder / f"{name}.f32")
    tempi = {}
    for tempo in (50, 60, 75, 90, 100, 110, 120, 128, 140, 150, 160, 170, 200):
        y, _ = scaled(clicks(tempo))
        tempi[str(tempo)] = float(librosa.feature.tempo(onset_envelope=librosa.onset.onset_strength(y=y, sr=RATE), sr=RATE)[0])
    (folder / "tempi.json").write_text(json.dumps(tempi, indent=2) + "\n")
    versions = {"librosa": librosa.__version__, "numpy": np.__version__, "scipy": scipy.__version__,
                "python": platform.python_version()}
    (folder / "versions.json").write_text(json.dumps(versions, indent=2) + "\n")


if __name__ == "__main__":
    main()
