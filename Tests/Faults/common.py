"""What the fault scripts share: a library with a made-up owner, the daemon under test, and checks that count."""
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "TestSupport"))
from foobar2000 import ADDED, entry, playlist, statistics

RATE = 11_025
AUDIO = (".ogg", ".opus", ".mp3", ".flac", ".wav")


def song(number, calm, seconds=6):
    """A WAV file of a tone or of noise that no other number has."""
    source = random.Random(number)
    if calm:
        period = source.randint(40, 90)
        wave = [int(9000 * (2 * ((i % period) / period) - 1)) for i in range(period)]
        data = struct.pack(f"<{period}h", *wave)
        data = data * (RATE * seconds // period) + struct.pack("<h", number % 30_000)
    else:
        data = source.randbytes(2 * RATE * seconds)
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16) + b"data" + struct.pack("<I", len(data)) + data)


def write(path, data):
    """Writes a file as a well-behaved program does: whole or not at all."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".tmp", "wb") as file:
        file.write(data)
    os.rename(path + ".tmp", path)


def eventually(seconds, condition):
    """Waits until a condition holds; gives whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Library:
    """A music folder, a state folder and a configuration, with an owner who likes one half of the music."""

    def __init__(self, folder, music=None, songs=60, samples=4, seed=1, workers=2, level="info"):
        self.folder = os.path.realpath(folder)
        self.music = os.path.join(self.folder, "music")
        self.state = os.path.join(self.folder, "state")
        self.config = os.path.join(self.folder, "indexd.yaml")
        self.exports = os.path.join(self.folder, "exports")
        self.inbox = os.path.join(self.state, "inbox")
        self.settings = {"analysis.workers": workers, "analysis.samples": samples, "log.level": level}
        os.makedirs(self.exports, exist_ok=True)
        os.makedirs(self.music, exist_ok=True)
        self.random = random.Random(seed)
        if music:
            found = sorted(os.path.join(at, name) for at, _, names in os.walk(music) for name in names
                           if name.lower().endswith(AUDIO) and os.path.getsize(os.path.join(at, name)) < 8 << 20)
            for number, path in enumerate(self.random.sample(found, min(songs, len(found)))):
                shutil.copy(path, os.path.join(self.music, f"{number:03} {os.path.basename(path)}"))
        else:
            for number in range(songs):
                write(os.path.join(self.music, f"{number:03}.wav"), song(number, number % 2 == 0))
        self.configure()
        self.write_exports()

    def configure(self, **changed):
        """Writes the configuration, with values changed by names such as model_retrainAfterLabels."""
        self.settings.update({key.replace("_", "."): value for key, value in changed.items()})
        sections = {}
        for key, value in sorted(self.settings.items()):
            section, _, name = key.rpartition(".")
            sections.setdefault(section, []).append(f"{name}: {value}")
        lines = [f"music: ['{self.music}']", f"state: '{self.state}'"] + sections.pop("", [])
        for section, entries in sections.items():
            lines += [f"{section}:"] + ["  " + entry for entry in entries]
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def songs(self):
        return sorted(name for name in os.listdir(self.music) if name.lower().endswith(AUDIO))

    def write_exports(self, flipped=()):
        """Statistics and active playlist of an owner who has heard two of three songs and likes every other."""
        entries, active = [], []
        for number, name in enumerate(self.songs()):
            liked = (number % 2 == 0) != (number in flipped)
            heard = number % 6 != 5 and number % 6 != 2
            if not heard or liked:
                active.append(f"D:\\Music\\{name}")
            plays = 0 if not heard else 12 if liked else 1
            entries.append(entry(number + 4096, f"D:\\Music\\{name}", plays, Added=ADDED))
        write(os.path.join(self.exports, "Statistics.xml"), statistics(entries).encode())
        write(os.path.join(self.exports, "Active.m3u8"), playlist(active).encode())

    def drop_exports(self):
        os.makedirs(self.inbox, exist_ok=True)
        for name in sorted(os.listdir(self.exports)):
            write(os.path.join(self.inbox, name), open(os.path.join(self.exports, name), "rb").read())

    def forget(self):
        """Removes the state, as if indexd had never run."""
        shutil.rmtree(self.state, ignore_errors=True)

    def database(self):
        return sqlite3.connect(f"file:{self.state}/index.sqlite?mode=ro", uri=True, timeout=20)

    def query(self, sql):
        database = self.database()
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def analysed(self):
        """The paths of the files whose audio has features."""
        if not os.path.exists(f"{self.state}/index.sqlite"):
            return set()
        try:
            return {bytes(row[0]) for row in self.query("SELECT path FROM file JOIN track ON track.id = file.id JOIN summary USING (audio)")}
        except sqlite3.OperationalError as error:
            # Killed before the first migration.
            if "no such table" in str(error):
                return set()
            raise


class Daemon:
    """indexd over a library."""

    started = []

    @classmethod
    def end_all(cls):
        """Ends what a check that went wrong has left running."""
        for daemon in cls.started:
            if daemon.process.poll() is None:
                daemon.kill()
        cls.started.clear()

    def __init__(self, programs, library, environment=None, arguments=(), wrapper=()):
        self.programs, self.library = programs, library
        self.log = os.path.join(library.folder, "log")
        self.start_of_log = os.path.getsize(self.log) if os.path.exists(self.log) else 0
        self.is_talkative = library.settings["log.level"] != "error"
        self.process = subprocess.Popen(
            [*wrapper, f"{programs}/indexd", "--config", library.config, *arguments], stderr=open(self.log, "ab"),
            env={**os.environ, **(environment or {})})
        Daemon.started.append(self)

    @property
    def number(self):
        return self.process.pid

    def words(self):
        """What this run has logged."""
        with open(self.log, "rb") as file:
            file.seek(self.start_of_log)
            return file.read().decode("utf-8", "replace")

    def control(self, *arguments, check=True):
        answer = subprocess.run([f"{self.programs}/indexctl", "--config", self.library.config, *arguments],
                                capture_output=True, text=True)
        if check and answer.returncode not in (0, 3):
            raise RuntimeError(f"indexctl {arguments}: {answer.returncode} {answer.stderr}")
        return answer

    def status(self):
        return json.loads(self.control("status", "--json").stdout)

    def is_idle(self, model=True):
        """Whether everything is done: nothing waits, nothing is trained, and there is a model if there should be."""
        # Until this daemon works on the index, `status` tells what one before it did last.
        if self.is_talkative and "indexd works on" not in self.words() or not os.path.exists(f"{self.library.state}/index.sqlite"):
            return False
        answer = self.control("status", "--json", check=False)
        if answer.returncode:
            return False
        status = json.loads(answer.stdout)
        return (status["daemon"]["activity"] == "idle" and status["library"]["waiting"] == 0
                and (status["model"] is not None or not model))

    def wait_until_idle(self, seconds=300, model=True):
        if not eventually(seconds, lambda: self.is_idle(model)):
            raise RuntimeError(f"not done after {seconds} s: {self.status()}\n{self.words()[-3000:]}")

    def children(self):
        found = []
        try:
            for task in os.listdir(f"/proc/{self.number}/task"):
                with open(f"/proc/{self.number}/task/{task}/children", encoding="ascii") as file:
                    found += [int(word) for word in file.read().split()]
        except OSError:
            pass
        return found

    def memory(self):
        """The resident memory in MiB."""
        with open(f"/proc/{self.number}/status", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS:"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.number}/fd"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=20):
        """Ends it by SIGTERM; gives its exit code and how long that took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        return code, time.monotonic() - started


def dump(programs, library):
    """Path, identity, label, features and score of every track, by path."""
    answer = subprocess.run([f"{programs}/indexctl", "--config", library.config, "export", "-"], capture_output=True,
                            text=True, check=True)
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    keys = ("path", "identity", "label", "reason", "plays", "failure", "summary", "blocks", "probability")
    return sorted(json.dumps({key: row[key] for key in keys}, sort_keys=True) for row in rows)


class Checks:
    """Counts what holds and what does not."""

    def __init__(self):
        self.held = self.failures = 0

    def expect(self, words, holds, story=""):
        self.held += bool(holds)
        self.failures += not holds
        print(f"{'ok   ' if holds else 'FAIL '} {words}{'' if holds or not story else ': ' + str(story)}", flush=True)
        return holds

    def end(self):
        print(f"{self.held} checks hold, {self.failures} do not", flush=True)
        sys.exit(1 if self.failures else 0)
