"""foobar2000.py PROFILE: writes to a profile as foobar2000 2 does, while it holds the database open.

Reads commands, a line each, and answers `done`: `put COUNT LOCATION|COUNT LOCATION...` (plays, in one transaction), `drop
LOCATION`, `list NAME<tab>LOCATION|LOCATION...` (the live playlist of that name), `sql STATEMENT`. `die` ends it as a crash
would, without an answer: the log stays.
"""
import os
import sqlite3
import struct
import sys

NAME = "metadb_index_C653739F_14B3_4EF2_819B_A3E2883230AE"
LIST = "0B5F8D4E-0000-4000-8000-0000000000AA"

folder = sys.argv[1]
lists = os.path.join(folder, "playlists-v2.0")
os.makedirs(lists, exist_ok=True)
base = sqlite3.connect(os.path.join(folder, "metadb.sqlite"), isolation_level=None)
base.execute("PRAGMA journal_mode=WAL")
base.execute("CREATE TABLE IF NOT EXISTS metadb(name TEXT PRIMARY KEY, info BLOB)")
base.execute(f"CREATE TABLE IF NOT EXISTS {NAME}(key INTEGER NOT NULL, filename TEXT UNIQUE PRIMARY KEY)")
base.execute(f"CREATE TABLE IF NOT EXISTS {NAME}_data(key INTEGER PRIMARY KEY, value BLOB)")
keys = dict(base.execute(f"SELECT filename, key FROM {NAME}"))


def put(count, location):
    file = "0+file://" + location
    if file not in keys:
        keys[file] = max(keys.values(), default=0) + 1
        base.execute(f"INSERT INTO {NAME} VALUES (?, ?)", (keys[file], file))
    played = 133000000000000000 + count if count else 0
    value = struct.pack("<IIQQQB7x", count, 0, played, played, 132223104000000000, 255)
    base.execute(f"INSERT OR REPLACE INTO {NAME}_data VALUES (?, ?)", (keys[file], value))


for line in sys.stdin:
    word, _, rest = line.rstrip("\n").partition(" ")
    if word == "put":
        base.execute("BEGIN IMMEDIATE")
        for item in rest.split("|"):
            count, _, location = item.partition(" ")
            put(int(count), location)
        base.execute("COMMIT")
    elif word == "list":
        name, _, rest = rest.partition("\t")
        with open(os.path.join(lists, "index.txt"), "w", encoding="utf-8-sig", newline="\r\n") as file:
            file.write(f"{LIST}:{name}\n")
        with open(os.path.join(lists, f"playlist-{LIST}.fplite"), "w", encoding="utf-8", newline="\r\n") as file:
            file.write("".join(f"file://{location}\n" for location in rest.split("|") if location))
    elif word == "drop":
        key = keys.pop("0+file://" + rest)
        base.execute(f"DELETE FROM {NAME} WHERE key = ?", (key,))
        base.execute(f"DELETE FROM {NAME}_data WHERE key = ?", (key,))
    elif word == "sql":
        base.execute(rest)
    elif word == "die":
        os._exit(0)
    print("done", flush=True)
