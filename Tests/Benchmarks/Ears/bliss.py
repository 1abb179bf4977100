#!/usr/bin/env python3
"""Analyses files with bliss (PyPI `bliss-audio`), two processes at a time: bliss.py FILE..."""
import multiprocessing
import sys

from bliss_audio import Song


def analyse(path):
    return len(Song(path).analysis)


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        print(sum(1 for size in pool.imap_unordered(analyse, sys.argv[1:]) if size))
