#!/usr/bin/env python3
"""Sets an epoch of the study's network here beside one in PyTorch, on the same rows, with two threads each.

Usage: compare.py NETWORKS-PROGRAM [ROWS [ROUNDS]]. The two take turns; the medians and their ratio are printed.
Measured with torch 2.15.0.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

# Else idle threads of PyTorch would count as busy where other programs run.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy
import torch
from torch import nn

THREADS = 2


class Channels(nn.Module):
    """Bands by steps as steps (channels) by bands."""

    def forward(self, x):
        return x.transpose(1, 2)


def series(n):
    return nn.Sequential(
        nn.Linear(n, 12 * n), nn.ReLU(), nn.BatchNorm1d(12 * n, 1e-3, 0.01), nn.Linear(12 * n, 24 * n),
        nn.BatchNorm1d(24 * n, 1e-3, 0.01), nn.ReLU())


def head(inputs, a, b):
    return [
        nn.Flatten(), nn.Linear(inputs, a), nn.BatchNorm1d(a, 1e-3, 0.01), nn.ReLU(), nn.Dropout(0.25),
        nn.Linear(a, b), nn.BatchNorm1d(b, 1e-3, 0.01), nn.ReLU()]


def conv(a, b, k):
    return [nn.Conv1d(a, b, k), nn.ReLU()]


class Study(nn.Module):
    def __init__(self):
        super().__init__()
        pool = lambda: [nn.MaxPool1d(2, ceil_mode=True)]
        self.mel = nn.Sequential(
            Channels(), *conv(7, 32, 8), *conv(32, 64, 4), *pool(), *conv(64, 128, 2), *pool(), *conv(128, 256, 1),
            *pool(), *head(15 * 256, 1024, 512))
        self.chroma = nn.Sequential(
            Channels(), *conv(7, 32, 6), *conv(32, 64, 3), *pool(), *conv(64, 128, 1), *pool(), *head(256, 512, 256))
        self.contrast = nn.Sequential(Channels(), *conv(7, 32, 5), *conv(32, 64, 3), *pool(), *head(128, 256, 128))
        self.flat = nn.ModuleList([series(7), series(7), series(7), series(1)])
        self.trunk = nn.Sequential(
            nn.ReLU(), nn.Linear(24 + 3 * 168 + 512 + 128 + 256, 8192), nn.BatchNorm1d(8192, 1e-3, 0.01), nn.ReLU(),
            nn.Linear(8192, 512), nn.BatchNorm1d(512, 1e-3, 0.01), nn.ReLU(), nn.Linear(512, 1), nn.Sigmoid())

    def forward(self, x):
        spectra = [
            self.mel(x[:, :896].reshape(-1, 128, 7)), self.chroma(x[:, 896:980].reshape(-1, 12, 7)),
            self.contrast(x[:, 980:1050].reshape(-1, 10, 7))]
        flat = [net(x[:, 1050 + 7 * i : 1050 + 7 * i + (7 if i < 3 else 1)]) for i, net in enumerate(self.flat)]
        return self.trunk(torch.cat(flat + spectra, 1)).reshape(-1)


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2560
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    torch.set_num_threads(THREADS)
    random = numpy.random.default_rng(1)
    rows = random.random((count, 1072), dtype=numpy.float32)
    positive = random.random(count) < 0.28

    net = Study()
    optimiser = torch.optim.Adadelta(net.parameters(), lr=1.0, rho=0.95, eps=1e-7)
    x, y = torch.tensor(rows), torch.tensor(positive.astype(numpy.float32))
    weight = torch.where(y > 0, 1.0, 0.125)

    def epoch():
        cpu, wall = time.process_time(), time.monotonic()
        order = torch.randperm(count)
        for start in range(0, count, 128):
            chosen = order[start : start + 128]
            optimiser.zero_grad()
            loss = (torch.log(torch.cosh(net(x[chosen]) - y[chosen])) * weight[chosen]).mean()
            loss.backward()
            optimiser.step()
        return time.monotonic() - wall, time.process_time() - cpu

    epoch()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows")
        with open(path, "wb") as file:
            numpy.array([count, 1072], "<i8").tofile(file)
            positive.astype("u1").tofile(file)
            rows.tofile(file)
        theirs, ours = [], []
        for _ in range(rounds):
            theirs.append(epoch())
            output = subprocess.run([program, path, str(THREADS), "2"], capture_output=True, text=True, check=True)
            # The first epoch of each includes its start.
            record = json.loads(output.stdout.splitlines()[-1])
            ours.append((record["wall"], record["cpu"]))
            print(f"torch {theirs[-1][0]:.2f} s, {theirs[-1][1]:.2f} s of CPU; here {ours[-1][0]:.2f} s, {ours[-1][1]:.2f} s of CPU")
    for index, name in enumerate(("wall", "CPU")):
        mine, other = (statistics.median(run[index] for run in runs) for runs in (ours, theirs))
        print(f"{name}: here {mine:.2f} s, torch {other:.2f} s, ratio {mine / other:.2f}")


if __name__ == "__main__":
    main()
