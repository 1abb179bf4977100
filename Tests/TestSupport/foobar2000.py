"""foobar2000.py PROFILE: writes to a profile as foobar2000 2 does, while it holds the database open; imported it writes exports.

Reads commands, a line each, and answers `done`: `put COUNT LOCATION|COUNT LOCATION...` (plays, in one transaction), `drop
LOCATION`, `list NAME<tab>LOCATION|LOCATION...` (the live playlist of that name), `sql STATEMENT`. `die` ends it as a crash
would, without an answer: the log stays.
"""
import os
import sqlite3
import struct
import sys
from xml.sax.saxutils import quoteattr

NAME = "metadb_index_C653739F_14B3_4EF2_819B_A3E2883230AE"
LIST = "0B5F8D4E-0000-4000-8000-{:012X}"
# 2020-01-01: a FILETIME counts from 1601 in tenths of a microsecond.
ADDED = 132223104000000000


def entry(number, path, plays, **attributes):
    """An entry of the statistics, with attributes such as FirstPlayed in the order given."""
    words = "".join(f'{name}="{value}" ' for name, value in ({"Count": plays} | attributes).items())
    return f'  <Entry ID="{number:016x}" {words}>\n<Item Path={quoteattr(path)}></Item>  </Entry>\n'


def statistics(entries):
    """The statistics of foo_playcount, as text."""
    return ('<PlaybackStatistics Version="3.0" Mapping="C653739F-14B3-4EF2-819B-A3E2883230AE">\n' + "".join(entries)
            + "</PlaybackStatistics>\n")


def playlist(paths):
    """An exported playlist, as text."""
    return "\ufeff#EXTM3U\r\n" + "".join(path + "\r\n" for path in paths)


class Profile:
    """A profile whose database is open."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "playlists-v2.0")
        os.makedirs(folder, exist_ok=True)
        self.base = sqlite3.connect(os.path.join(folder, "metadb.sqlite"), isolation_level=None)
        self.base.execute("PRAGMA journal_mode=WAL")
        self.base.execute("CREATE TABLE IF NOT EXISTS metadb(name TEXT PRIMARY KEY, info BLOB)")
        self.base.execute(f"CREATE TABLE IF NOT EXISTS {NAME}(key INTEGER NOT NULL, filename TEXT UNIQUE PRIMARY KEY)")
        self.base.execute(f"CREATE TABLE IF NOT EXISTS {NAME}_data(key INTEGER PRIMARY KEY, value BLOB)")
        self.keys = dict(self.base.execute(f"SELECT filename, key FROM {NAME}"))
        # Keys are signed.
        self.last = max(self.keys.values(), default=-5)
        self.lists = []

    def put(self, count, location):
        file = "0+file://" + location
        if file not in self.keys:
            self.last += 1
            self.keys[file] = self.last
            self.base.execute(f"INSERT INTO {NAME} VALUES (?, ?)", (self.keys[file], file))
        played = 133000000000000000 + count if count else 0
        value = struct.pack("<IIQQQB7x", count, 0, played, played, ADDED, 255)
        self.base.execute(f"INSERT OR REPLACE INTO {NAME}_data VALUES (?, ?)", (self.keys[file], value))

    def drop(self, location):
        key = self.keys.pop("0+file://" + location)
        for table in (NAME, NAME + "_data"):
            self.base.execute(f"DELETE FROM {table} WHERE key = ?", (key,))

    def list(self, name, locations):
        if name not in self.lists:
            self.lists.append(name)
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, "index.txt"), "w", encoding="utf-8-sig", newline="\r\n") as file:
            file.writelines(f"{LIST.format(number)}:{name}\n" for number, name in enumerate(self.lists, 0xAA))
        place = os.path.join(self.folder, f"playlist-{LIST.format(0xAA + self.lists.index(name))}.fplite")
        with open(place, "w", encoding="utf-8", newline="\r\n") as file:
            file.writelines(f"file://{location}\n" for location in locations)


def main():
    profile = Profile(sys.argv[1])
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "put":
            profile.base.execute("BEGIN IMMEDIATE")
            for item in rest.split("|"):
                count, _, location = item.partition(" ")
                profile.put(int(count), location)
            profile.base.execute("COMMIT")
        elif word == "list":
            name, _, rest = rest.partition("\t")
            profile.list(name, [location for location in rest.split("|") if location])
        elif word == "drop":
            profile.drop(rest)
        elif word == "sql":
            profile.base.execute(rest)
        elif word == "die":
            os._exit(0)
        print("done", flush=True)


if __name__ == "__main__":
    main()
