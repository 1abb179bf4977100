#!/usr/bin/env python3
"""make-ape.py IN.wav OUT.ape: Monkey's Audio, for no package of Debian's writes it.

Version 3.99 at its fastest level, one channel of 16 bits: each value is predicted from the ones before it (a first-order
filter, then four weights that follow the sign of the error) and the error coded by a range coder. What is stored is
checked by nothing here; `ffmpeg -i OUT.ape` gives back the input, bit by bit.
"""
import binascii
import hashlib
import struct
import sys
import wave

VERSION, LEVEL, BLOCKS = 3990, 1000, 73_728
TOP, BOTTOM, SHIFT = 1 << 31, 1 << 23, 23
COUNTS = [0, 19578, 36160, 48417, 56323, 60899, 63265, 64435, 64971, 65232, 65351, 65416, 65447, 65466, 65476, 65482,
          65485, 65488, 65490, 65491, 65492, 65493]
ESCAPE = 63


class RangeCoder:
    """G. N. N. Martin's range coder in M. Schindler's form."""

    def __init__(self):
        self.low, self.range, self.last, self.pending, self.bytes = 0, TOP, 0, 0, bytearray()

    def normalise(self):
        while self.range <= BOTTOM:
            if self.low < 0xFF << SHIFT:
                self.carry(0, 0xFF)
            elif self.low & TOP:
                self.carry(1, 0)
            else:
                self.pending += 1
            self.range <<= 8
            self.low = self.low << 8 & TOP - 1

    def carry(self, one, filler):
        self.bytes.append(self.last + one & 0xFF)
        self.bytes += bytes([filler]) * self.pending
        self.pending = 0
        self.last = self.low >> SHIFT & 0xFF

    def encode(self, start, size, total):
        self.normalise()
        unit = self.range // total
        self.low += unit * start
        self.range = unit * size

    def finish(self):
        # As many bytes as the decoder reads ahead.
        for _ in range(5):
            self.range = BOTTOM
            self.normalise()
        return bytes(self.bytes)


def sign(value):
    return (value > 0) - (value < 0)


def put(coder, error, energy):
    """Codes an error and returns the energy of those so far."""
    value = 2 * error - 1 if error > 0 else -2 * error
    pivot = max(1, energy >> 5)
    times, rest = divmod(value, pivot)
    if times < len(COUNTS) - 1:
        coder.encode(COUNTS[times], COUNTS[times + 1] - COUNTS[times], 1 << 16)
    elif times < ESCAPE:
        coder.encode(times + 65_535 - ESCAPE, 1, 1 << 16)
    else:
        coder.encode(65_535, 1, 1 << 16)
        coder.encode(times >> 16, 1, 1 << 16)
        coder.encode(times & 0xFFFF, 1, 1 << 16)
    assert pivot < 1 << 16, "louder than 16 bits"
    coder.encode(rest, 1, pivot)
    return energy + (value + 1) // 2 - (energy + 16 >> 5)


def frame(values):
    coder, energy = RangeCoder(), 16 << 10
    weights, slopes = [360, 317, -109, 98], [0, 0, 0, 0]
    level, before, output = 0, 0, 0
    for value in values:
        # The last value, and the last three steps.
        slopes = [level, level - before] + slopes[1:3]
        guess = sum(slope * weight for slope, weight in zip(slopes, weights))
        before, level = level, value - (output * 31 >> 5)
        error = level - (guess >> 10)
        output = value
        weights = [weight + sign(slope) * sign(error) for slope, weight in zip(slopes, weights)]
        energy = put(coder, error, energy)
    crc = binascii.crc32(struct.pack(f"<{len(values)}h", *values)) >> 1
    data = struct.pack(">I", crc) + coder.finish()
    data += bytes(-len(data) % 4)
    # The format keeps its bytes in words, the lowest first.
    return b"".join(data[place:place + 4][::-1] for place in range(0, len(data), 4))


def main(source, target):
    with wave.open(source) as sound:
        if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
            sys.exit(f"{source}: one channel of 16 bits is wanted")
        rate, count = sound.getframerate(), sound.getnframes()
        values = struct.unpack(f"<{count}h", sound.readframes(count))
    frames = [frame(values[start:start + BLOCKS]) for start in range(0, count, BLOCKS)]
    last = count - (len(frames) - 1) * BLOCKS
    # Without the header of a WAV file, and with a 32 for that.
    header = struct.pack("<HHIIIHHI", LEVEL, 32, BLOCKS, last, len(frames), 16, 1, rate)
    start, places = 52 + len(header) + 4 * len(frames), []
    for data in frames:
        places.append(start)
        start += len(data)
    table, audio = struct.pack(f"<{len(places)}I", *places), b"".join(frames)
    digest = hashlib.md5(audio + header + table).digest()
    descriptor = struct.pack("<4sHHIIIIIII", b"MAC ", VERSION, 0, 52, len(header), len(table), 0, len(audio), 0, 0)
    with open(target, "wb") as file:
        file.write(descriptor + digest + header + table + audio)


if __name__ == "__main__":
    main(*sys.argv[1:])
