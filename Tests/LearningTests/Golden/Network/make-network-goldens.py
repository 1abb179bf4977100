#!/usr/bin/env python3
"""Writes the reference values for the networks: PyTorch's outputs, losses and derivatives in double precision.

Run in this folder: make-network-goldens.py. Made with torch 2.15.0 and numpy 2.4.6 (Python 3.11).

Inputs and weights come from SplitMix64, as in the tests, so that only the results are stored: for each case a file
CASE.f32 of little-endian single-precision numbers: the outputs, the loss, the derivative by every weight in the
network's own order, and the weights after three steps of Adadelta; and in CASE-inference.f32 the outputs after these steps
without dropout and with the moving statistics, which are corrected for their start at 0 as Adam's moments are.
"""

import numpy
import torch

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mixed(bits):
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & MASK
    return bits ^ (bits >> 31)


class Random:
    """The numbers of CountedRandom."""

    def __init__(self, seed, *keys):
        for key in keys:
            seed = mixed(seed + GOLDEN * (key + 1) & MASK) ^ key
        self.seed = seed

    def bits(self, position):
        return mixed(self.seed + (position + 1) * GOLDEN & MASK)

    def uniform(self, count):
        return numpy.array([(self.bits(i) >> 11) * 2.0**-53 for i in range(count)])


class Net:
    """A network as the layouts of the tests describe it; weights in the order of NetworkLayout."""

    def __init__(self, columns, branches, trunk, weight_seed, spread, seed):
        self.columns, self.branches, self.trunk = columns, branches, trunk
        self.random = Random(weight_seed)
        self.used, self.spread, self.seed = 0, spread, seed
        self.parameters, self.penalties = [], []
        self.step = 0
        self.moving, self.training = {}, True

    def take(self, *shape):
        count = int(numpy.prod(shape))
        values = [(self.random.bits(self.used + i) >> 11) * 2.0**-53 for i in range(count)]
        self.used += count
        values = numpy.float32(self.spread) * (2 * numpy.array(values).astype(numpy.float32) - 1)
        parameter = torch.tensor(values.astype(numpy.float64).reshape(shape), requires_grad=True)
        self.parameters.append(parameter)
        return parameter

    def build(self, layers, width, positions):
        built, channels, valid = [], width // positions, positions
        for layer in layers:
            number, self.number = self.number, self.number + 1
            kind = layer[0]
            if kind == "dense":
                built.append((kind, number, self.take(channels, layer[1]), self.take(layer[1])))
                channels = layer[1]
                if len(layer) > 2:
                    self.penalties.append((layer[2], built[-1][2]))
            elif kind == "convolution":
                built.append((kind, number, self.take(layer[2], channels, layer[1]), self.take(layer[1])))
                channels, valid = layer[1], valid - layer[2] + 1
            elif kind == "normalise":
                built.append((kind, number, self.take(channels), self.take(channels)))
            else:
                built.append((kind, number) + tuple(layer[1:]))
                if kind == "pool":
                    valid = (valid + 1) // 2
                elif kind == "flatten":
                    channels, valid = channels * valid, 1
        return built, channels * valid

    def prepare(self):
        self.number = 0
        self.built, joined = [], 0
        for first, last, positions, layers in self.branches:
            built, width = self.build(layers, last - first, positions)
            self.built.append(built)
            joined += width
        self.built_trunk, _ = self.build(self.trunk, joined, 1)

    def chain(self, built, x):
        for kind, number, *rest in built:
            if kind == "dense":
                x = x.reshape(len(x), -1) @ rest[0] + rest[1]
            elif kind == "convolution":
                weight = rest[0].permute(2, 1, 0)
                x = torch.nn.functional.conv1d(x.transpose(1, 2), weight, rest[1]).transpose(1, 2)
            elif kind == "pool":
                x = torch.nn.functional.max_pool1d(x.transpose(1, 2), 2, ceil_mode=True).transpose(1, 2)
            elif kind == "flatten":
                x = x.reshape(len(x), -1)
            elif kind == "relu":
                x = torch.relu(x)
            elif kind == "sigmoid":
                x = torch.sigmoid(x)
            elif kind == "normalise":
                x = x.reshape(len(x), -1)
                zeros = lambda: torch.zeros(x.shape[1], dtype=torch.float64)
                mean, variance = self.moving.setdefault(number, (zeros(), zeros()))
                if not self.training:
                    # PyTorch's moving variance is that of a sample, of one row less.
                    started = 1 - 0.99**self.updates
                    mean, variance = mean / started, variance / started * (len(x) - 1) / len(x)
                x = torch.nn.functional.batch_norm(x, mean, variance, rest[0], rest[1], self.training, 0.01, 0.001)
            elif kind == "dropout" and self.training:
                share = numpy.float32(rest[0])
                limit, count = int(float(share) * 2**16), x.numel()
                random = Random(self.seed, 0x0D50, number, self.step)
                kept = [(random.bits(i >> 2) >> 16 * (i & 3)) & 0xFFFF >= limit for i in range(count)]
                x = x * torch.tensor(kept).reshape(x.shape) / (1 - float(share))
        return x

    def forward(self, rows):
        ends = []
        for (first, last, positions, _), built in zip(self.branches, self.built):
            x = rows[:, first:last].reshape(len(rows), positions, -1)
            ends.append(self.chain(built, x).reshape(len(rows), -1))
        return self.chain(self.built_trunk, torch.cat(ends, 1)).reshape(-1)


def study(bands_of, steps, divisor):
    """The study's network over mel, chroma, contrast, three rows of one band, and one number."""
    units = lambda count: max(2, count // divisor)
    head = lambda a, b: [
        ("flatten",), ("dense", units(a)), ("normalise",), ("relu",), ("dropout", 0.25),
        ("dense", units(b)), ("normalise",), ("relu",)]
    conv = lambda filters, width: [("convolution", units(filters), width), ("relu",)]
    pool = [("pool",)]
    deep = conv(32, 8) + conv(64, 4) + pool + conv(128, 2) + pool + conv(256, 1) + pool + head(1024, 512)
    three = conv(32, 6) + conv(64, 3) + pool + conv(128, 1) + pool + head(512, 256)
    two = conv(32, 5) + conv(64, 3) + pool + head(256, 128)
    flat = lambda n: [
        ("dense", 12 * n), ("relu",), ("normalise",), ("dense", 24 * n, 1e-8), ("normalise",), ("relu",)]
    branches, start = [], 0
    for bands, layers in zip(bands_of, (deep, three, two)):
        branches.append((start, start + bands * steps, bands, layers))
        start += bands * steps
    for count in (steps, steps, steps, 1):
        branches.append((start, start + count, 1, flat(count)))
        start += count
    trunk = [("relu",), ("dense", units(8192)), ("normalise",), ("relu",), ("dense", units(512)), ("normalise",),
             ("relu",), ("dense", 1), ("sigmoid",)]
    return start, branches, trunk


def plain(columns, layers, positions=1):
    return columns, [(0, columns, positions, layers)], [("dense", 1), ("sigmoid",)]


CASES = {
    "dense": (plain(5, [("dense", 7, 0.01), ("relu",), ("dense", 3)]), 11, 0.8, "crossEntropy"),
    "convolution": (plain(39, [("convolution", 4, 3), ("relu",), ("pool",), ("convolution", 5, 2), ("pool",),
                               ("flatten",)], 13), 9, 0.5, "crossEntropy"),
    "normalise": (plain(6, [("normalise",), ("dense", 8), ("normalise",), ("relu",)]), 10, 0.9, "logCosh"),
    "dropout": (plain(6, [("dense", 16), ("relu",), ("dropout", 0.4), ("dense", 5), ("dropout", 0.25)]), 12, 0.7,
                "logCosh"),
    "study": (study((40, 12, 10), 3, 64), 9, 0.4, "logCosh"),
}

for name, ((columns, branches, trunk), count, spread, loss) in CASES.items():
    net = Net(columns, branches, trunk, weight_seed=7, spread=spread, seed=5)
    net.prepare()
    rows = (2 * Random(3).uniform(count * columns) - 1).astype(numpy.float32).astype(numpy.float64)
    rows = torch.tensor(rows.reshape(count, columns))
    target = torch.tensor([1.0 if i % 3 == 0 else 0.0 for i in range(count)], dtype=torch.float64)
    weight = torch.where(target > 0, 1.0, 0.125)

    def evaluate():
        output = net.forward(rows)
        if loss == "logCosh":
            each = torch.log(torch.cosh(output - target))
        else:
            each = torch.nn.functional.binary_cross_entropy(output, target, reduction="none")
        total = (each * weight).sum() / count
        for factor, matrix in net.penalties:
            total = total + float(numpy.float32(factor)) * (matrix**2).sum()
        return output, total

    output, total = evaluate()
    gradients = torch.autograd.grad(total, net.parameters)
    parts = [output.detach().numpy(), [total.item()]] + [g.numpy().reshape(-1) for g in gradients]
    if name != "study":
        net.moving = {}
        optimiser = torch.optim.Adadelta(net.parameters, lr=1.0, rho=0.95, eps=1e-7)
        for step in range(3):
            net.step = step
            optimiser.zero_grad()
            evaluate()[1].backward()
            optimiser.step()
        parts += [p.detach().numpy().reshape(-1) for p in net.parameters]
        net.training, net.updates = False, 3
        net.forward(rows).detach().numpy().astype("<f4").tofile(f"{name}-inference.f32")
    numpy.concatenate(parts).astype("<f4").tofile(f"{name}.f32")
    print(name, sum(p.numel() for p in net.parameters), "weights")
