#!/usr/bin/env python3
"""Makes the weights of MusiCNN in half precision from the authors' package, and the golden outputs for the tests.

usage: make-weights.py musicnn-0.1.0-py3-none-any.whl

Made with Python 3.11.7, musicnn 0.1.0 (its wheel, not imported), tensorflow-cpu 2.21.0, numpy 2.4.6 and librosa 0.11.0.

Weights: of each net, little-endian, first single precision: the scale and shift of the input, of each of the eight
convolutions bias, scale and shift, of the pooled values scale and shift, of the dense layer bias, scale and shift; then
half precision: the kernels of the convolutions and of the dense layer, as TensorFlow stores them. Scale and shift stand
for a batch normalisation: scale = gamma / sqrt(variance + 0.001), shift = beta - mean x scale.

Golden outputs: log-mel patches by librosa, and what the authors' own graph makes of them, with the kernels rounded to
half precision (`rounded`) and as they are (`original`).
"""
import json
import os
import pathlib
import platform
import sys
import tempfile
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import librosa  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.core.protobuf import meta_graph_pb2  # noqa: E402

NETS = {"MSD": "MSD_musicnn"}
OUTPUT = "model/batch_normalization_10/batchnorm/add_1"
HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parents[1] / "Tests/AudioFeaturesTests/Golden"
RATE, FRAMES, BANDS, HOP, WINDOW = 16_000, 187, 96, 256, 512


def numbered(name, number):
    return name if number == 0 else f"{name}_{number}"


def normalisation(read, number):
    name = numbered("batch_normalization", number)
    gamma, beta, mean, variance = (
        read(f"{name}/{part}").astype(np.float64) for part in ("gamma", "beta", "moving_mean", "moving_variance"))
    scale = gamma / np.sqrt(variance + 1e-3)
    return [scale, beta - mean * scale]


def weights(read):
    singles, halves = normalisation(read, 0), []
    for number in range(8):
        layer = numbered("conv2d", number)
        singles += [read(f"{layer}/bias")] + normalisation(read, number + 1)
        halves.append(read(f"{layer}/kernel"))
    singles += normalisation(read, 9) + [read("dense/bias")] + normalisation(read, 10)
    halves.append(read("dense/kernel"))
    return (b"".join(np.asarray(values, "<f4").tobytes() for values in singles)
            + b"".join(values.astype("<f2").tobytes() for values in halves))


def run(meta, read, patches, rounds):
    """What the authors' graph gives for some patches."""
    whole = meta_graph_pb2.MetaGraphDef()
    whole.ParseFromString(meta)
    for node in whole.graph_def.node:
        node.attr.pop("_output_shapes", None)
        node.device = ""
    part = tf.compat.v1.graph_util.extract_sub_graph(whole.graph_def, [OUTPUT])
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(part, name="")
        feed = {}
        for operation in graph.get_operations():
            if operation.type == "Placeholder":
                output = operation.outputs[0]
                feed[output] = patches if output.dtype == tf.float32 else False
            elif operation.type in ("VariableV2", "Variable"):
                value = read(operation.name)
                if rounds and operation.name.endswith("/kernel"):
                    value = value.astype(np.float16).astype(np.float32)
                feed[operation.outputs[0]] = value
        with tf.compat.v1.Session(graph=graph) as session:
            return session.run(graph.get_tensor_by_name(OUTPUT + ":0"), feed)


def signal(kind):
    """Sounds that the tests make again: chords that decay, a sweep with beats, noise that swells."""
    count = FRAMES * HOP + WINDOW
    time = np.arange(count) / RATE
    if kind == 0:
        beat = time % 0.5
        return sum(0.2 * np.exp(-4 * beat) * np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6, 1760.0))
    if kind == 1:
        beat = time % 0.25
        return 0.3 * np.sin(2 * np.pi * (100 * time + 900 * time * time)) + 0.4 * np.exp(-30 * beat) * np.sin(
            2 * np.pi * 60 * time)
    state, noise = 12345, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        noise.append(state / 2**30 - 1)
    return np.array(noise) * 0.1 * (1 + np.sin(2 * np.pi * 0.7 * time))


def patch(values):
    """187 frames of log-mel that see no edge of the signal."""
    mel = librosa.feature.melspectrogram(
        y=values.astype(np.float32), sr=RATE, hop_length=HOP, n_fft=WINDOW, n_mels=BANDS, center=False)
    return np.log10(10_000 * mel[:, :FRAMES].T + 1).astype(np.float32)


def main():
    with zipfile.ZipFile(sys.argv[1]) as wheel, tempfile.TemporaryDirectory() as folder:
        wheel.extractall(folder)
        patches = np.stack([patch(signal(kind)) for kind in range(3)])
        patches[0].astype("<f4").tofile(GOLDEN / "musicnn-patch.f32")
        tones = np.sin(2 * np.pi * np.array([440, 3_000, 6_500])[:, None] * np.arange(44_100) / 44_100).sum(0) / 3
        resampled = librosa.resample(tones.astype(np.float32), orig_sr=44_100, target_sr=RATE, res_type="soxr_hq")
        resampled[4_000:4_800].astype("<f4").tofile(GOLDEN / "musicnn-resampled.f32")
        told = {"versions": {
            "musicnn": "0.1.0", "tensorflow": tf.__version__, "librosa": librosa.__version__, "numpy": np.__version__,
            "python": platform.python_version()}}
        for name, model in NETS.items():
            place = pathlib.Path(folder) / "musicnn" / model
            reader = tf.compat.v1.train.NewCheckpointReader(str(place) + "/")
            (HERE / f"{name}.weights").write_bytes(weights(reader.get_tensor))
            meta = (place / ".meta").read_bytes()
            told[name] = {
                kind: [[float(np.float32(value)) for value in row]
                       for row in run(meta, reader.get_tensor, patches, kind == "rounded")]
                for kind in ("rounded", "original")}
        (GOLDEN / "musicnn.json").write_text(json.dumps(told) + "\n")


main()
