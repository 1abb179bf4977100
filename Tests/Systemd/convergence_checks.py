"""convergence_checks.py PROGRAMS [OPERATIONS [SEED]]: the checks that convergence-test has run in a system of their own.

The daemon watches two roots. Whatever happens to them, some time after it has ended the index has to hold exactly the files that
are there, each with its size, times and inode, and the audio of each has to be known.
"""

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

MUSIC, OUTSIDE, DISK, DISK_DATA = "/srv/music", "/srv/outside", "/srv/disk", "/srv/disk-data"
STATE = "/srv/state"
CONFIG = "/srv/indexd.yaml"
# The time in which the index has to equal the disk after the last change.
PATIENCE = 60


def song(number):
    """A WAV file of a fifth of a second of noise that no other number has."""
    noise = random.Random(number).randbytes(2 * 1600)
    return (b"RIFF" + struct.pack("<I", 36 + len(noise)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
            + b"data" + struct.pack("<I", len(noise)) + noise)


def disk(*roots):
    """Every WAV file below the roots with its size, times and inode."""
    found = {}
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                if name.endswith(".wav") and not os.path.islink(path):
                    info = os.lstat(path)
                    found[os.fsencode(path)] = (info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
    return found


def index():
    """The files that the index holds as there, and the number of those whose audio is not known."""
    database = sqlite3.connect(f"file:{STATE}/index.sqlite?mode=ro", uri=True)
    try:
        rows = database.execute("SELECT path, size, modified, changed, inode, state FROM file WHERE missingSince IS NULL").fetchall()
    except sqlite3.OperationalError:
        # The daemon has only just begun to make it.
        return {}, 1
    finally:
        database.close()
    return {bytes(row[0]): tuple(row[1:5]) for row in rows}, sum(row[5] == "waiting" for row in rows)


class Daemon:
    """The daemon under test."""

    def __init__(self, programs, watches=None):
        """Starts it, where a number is given in a user namespace that allows no more watches."""
        self.programs = programs
        command = [f"{programs}/indexd", "--config", CONFIG]
        if watches:
            limit = f"echo {watches} > /proc/sys/user/max_inotify_watches && exec \"$@\""
            command = ["unshare", "--user", "--map-root-user", "sh", "-c", limit, "sh"] + command
        self.process = subprocess.Popen(command, stderr=open("/srv/log", "ab"))

    def status(self):
        answer = subprocess.run([f"{self.programs}/indexctl", "--config", CONFIG, "status", "--json"], capture_output=True, check=True)
        return json.loads(answer.stdout)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


class Checks:
    def __init__(self):
        self.failures = 0

    def expect(self, words, holds, story=""):
        print(f"{'ok   ' if holds else 'FAIL '} {words}{'' if holds or not story else ': ' + story}", flush=True)
        self.failures += not holds

    def converges(self, words, *roots):
        """Waits until the index equals the disk."""
        start = time.monotonic()
        while True:
            have, waiting = index()
            want = disk(*roots)
            if have == want and waiting == 0:
                return self.expect(f"{words}: {len(want)} files after {time.monotonic() - start:.1f} s", True)
            if time.monotonic() - start > PATIENCE:
                break
            time.sleep(0.25)
        wrong = sorted(path for path in have.keys() | want.keys() if have.get(path) != want.get(path))
        story = "; ".join(f"{os.fsdecode(path)}: index {have.get(path)}, disk {want.get(path)}" for path in wrong[:5])
        self.expect(words, False, f"{len(wrong)} files differ, {waiting} wait: {story}")


class Storm:
    """Random operations on the music folder."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.number = 0

    def path(self, depth=None):
        depth = depth or self.random.randint(1, 4)
        return os.path.join(MUSIC, *(self.random.choice(["a", "b", "c", "ü", "e\u0301"]) for _ in range(depth)))

    def song(self):
        self.number += 1
        return song(self.number)

    def step(self):
        kind = self.random.choice([
            "write", "write", "write", "copy", "copy", "hidden", "delete", "folder", "folder", "rename", "move", "out", "in", "tree",
            "hard", "mode"])
        try:
            getattr(self, kind)(self.path())
        except OSError:
            # Many operations find nothing to work on.
            pass

    def write(self, path):
        with open(path + ".wav", "wb") as file:
            file.write(self.song())

    def copy(self, path):
        """As rsync and Syncthing do: a temporary file that gets its name when it is whole."""
        with open(os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.wav.tmp"), "wb") as file:
            file.write(self.song())
        os.rename(file.name, path + ".wav")

    def hidden(self, path):
        """An edit that keeps size and modification time."""
        before = os.stat(path + ".wav")
        with open(path + ".wav", "r+b") as file:
            file.write(self.song()[: before.st_size])
        os.utime(path + ".wav", ns=(before.st_atime_ns, before.st_mtime_ns))

    def delete(self, path):
        os.unlink(path + ".wav")

    def folder(self, path):
        os.mkdir(path)

    def rename(self, path):
        os.rename(path + ".wav", self.path() + ".wav")

    def move(self, path):
        os.rename(path, self.path())

    def out(self, path):
        os.rename(path, os.path.join(OUTSIDE, str(self.random.randint(0, 5))))

    def into(self, path):
        os.rename(os.path.join(OUTSIDE, str(self.random.randint(0, 5))), path)

    def tree(self, path):
        if self.random.random() < 0.3:
            shutil.rmtree(path)

    def hard(self, path):
        os.link(path + ".wav", self.path() + ".wav")

    def mode(self, path):
        os.chmod(path + ".wav", self.random.choice([0o644, 0o640]))


setattr(Storm, "in", Storm.into)


def main():
    programs = sys.argv[1]
    operations = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    print(f"# {operations} operations from seed {seed}")
    checks, storm = Checks(), Storm(seed)
    for folder in (MUSIC, OUTSIDE, DISK, DISK_DATA, STATE):
        os.makedirs(folder, exist_ok=True)
    with open(CONFIG, "w") as file:
        file.write(f"music:\n  - {MUSIC}\n  - {DISK}\nstate: {STATE}\n")
    for number in range(20):
        with open(f"{DISK_DATA}/{number}.wav", "wb") as file:
            file.write(song(-1 - number))
    subprocess.run(["mount", "--bind", DISK_DATA, DISK], check=True)
    # Most files stay, or the daemon would rightly take the storm for a disk that is gone.
    os.makedirs(f"{MUSIC}/rest")
    for number in range(400):
        with open(f"{MUSIC}/rest/{number}.wav", "wb") as file:
            file.write(song(-1000 - number))
    for _ in range(200):
        storm.step()
    daemon = Daemon(programs)
    deadline = time.monotonic() + 60
    while not os.path.exists(f"{STATE}/index.sqlite") and time.monotonic() < deadline:
        time.sleep(0.1)
    checks.converges("at the start", MUSIC, DISK)
    checks.expect("watching is live", daemon.status()["watch"]["state"] == "live", str(daemon.status()["watch"]))

    rounds = 4
    for round in range(rounds):
        for _ in range(operations // rounds):
            storm.step()
        checks.converges(f"after a storm ({round + 1} of {rounds})", MUSIC, DISK)

    # Symbolic links that lead back up are no second way to the same files.
    os.makedirs(f"{MUSIC}/loops/deep/deeper", exist_ok=True)
    os.symlink("..", f"{MUSIC}/loops/deep/deeper/up")
    os.symlink(MUSIC, f"{MUSIC}/loops/all")
    with open(f"{MUSIC}/loops/deep/deeper/1.wav", "wb") as file:
        file.write(storm.song())
    checks.converges("with links that lead in circles", MUSIC, DISK)

    daemon.process.send_signal(signal.SIGSTOP)
    limit = int(open("/proc/sys/fs/inotify/max_queued_events").read())
    os.makedirs(f"{MUSIC}/flood", exist_ok=True)
    for number in range(2 * limit):
        open(f"{MUSIC}/flood/{number % 2}", "w").close()
    for _ in range(200):
        storm.step()
    daemon.process.send_signal(signal.SIGCONT)
    checks.converges("after an overflow of the queue", MUSIC, DISK)

    files = len(index()[0])
    subprocess.run(["umount", DISK], check=True)
    with open(f"{MUSIC}/signal.wav", "wb") as file:
        file.write(song(-100))
    while os.fsencode(f"{MUSIC}/signal.wav") not in index()[0]:
        time.sleep(0.1)
    checks.expect("an unmounted root loses nothing", len(index()[0]) == files + 1, f"{files} files before, {len(index()[0])} after")
    with open(f"{DISK_DATA}/new.wav", "wb") as file:
        file.write(song(-101))
    os.unlink(f"{DISK_DATA}/0.wav")
    subprocess.run(["mount", "--bind", DISK_DATA, DISK], check=True)
    checks.converges("after it was mounted again", MUSIC, DISK)

    os.rename(MUSIC, MUSIC + "-away")
    os.makedirs(f"{MUSIC}/other")
    with open(f"{MUSIC}/other/1.wav", "wb") as file:
        file.write(song(-102))
    while os.fsencode(f"{MUSIC}/other/1.wav") not in index()[0]:
        time.sleep(0.1)
    shutil.rmtree(MUSIC)
    os.rename(MUSIC + "-away", MUSIC)
    checks.converges("after a root was replaced and came back", MUSIC, DISK)
    for _ in range(200):
        storm.step()
    checks.converges("and it is still watched", MUSIC, DISK)
    checks.expect("watching is live", daemon.status()["watch"]["state"] == "live", str(daemon.status()["watch"]))

    checks.expect("it stops", daemon.stop() == 0)
    for _ in range(500):
        storm.step()
    daemon = Daemon(programs)
    checks.converges("after changes while it was down", MUSIC, DISK)
    daemon.stop()

    # The container has no say over the kernel's settings, but a user namespace of its own has limits of its own.
    subprocess.run(["mount", "-o", "remount,rw", "/proc/sys"], check=True)
    daemon = Daemon(programs, watches=8)
    checks.converges("with too few watches", MUSIC, DISK)
    deadline = time.monotonic() + 60
    while (watch := daemon.status()["watch"])["state"] != "degraded" and time.monotonic() < deadline:
        time.sleep(0.1)
    checks.expect("watching is degraded, and the limit is named",
                  watch["state"] == "degraded" and "fs.inotify.max_user_watches" in watch["reason"], str(watch))
    for _ in range(500):
        storm.step()
    checks.converges("after a storm with too few watches", MUSIC, DISK)
    daemon.stop()

    if checks.failures:
        print(f"{checks.failures} checks failed; the log ends:")
        print("".join(line for line in open("/srv/log", errors="replace") if line[:3] < "<5>")[-6000:])
        sys.exit(1)
    print("all checks passed")


main()
