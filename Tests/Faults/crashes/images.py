"""Disks as they may look after a power cut: replays the log of the shim, and after every operation builds images of the
store in which what was not synced is missing, there in part, in another order, or torn in the middle of a block. Each is
opened by the real store, and must hold whatever somebody else has evidence of by then."""

import hashlib
import os
import random
import re
import shutil
import struct
import subprocess
import threading

RECORD = struct.Struct("<QQQqIIQ")
SECTOR = 512


class Operation:
    def __init__(self, clock, offset, length, result, kind, path, data):
        self.clock, self.offset, self.length, self.result = clock, offset, length, result
        self.kind, self.path, self.data = kind, path, data


def read_log(path):
    with open(path, "rb") as file:
        content = file.read()
    operations, place = [], 0
    while place + RECORD.size <= len(content):
        clock, offset, length, result, kind, path_length, _ = RECORD.unpack_from(content, place)
        place += RECORD.size
        name = content[place:place + path_length].decode()
        place += path_length
        has_data = chr(kind) == "w" and result > 0
        data = content[place:place + length] if has_data else b""
        place += length if has_data else 0
        operations.append(Operation(clock, offset, length, result, chr(kind), name, data))
    return operations


def apply(content, operation):
    """One write or truncation on a file's bytes."""
    if operation.kind == "t":
        del content[operation.offset:]
        content.extend(bytes(operation.offset - len(content)))
    else:
        end = operation.offset + len(operation.data)
        if len(content) < end:
            content.extend(bytes(end - len(content)))
        content[operation.offset:end] = operation.data


def sectors(operation):
    """A write as one write for each sector that it touches."""
    parts, place = [], 0
    while place < len(operation.data):
        count = min(SECTOR - (operation.offset + place) % SECTOR, len(operation.data) - place)
        parts.append(Operation(0, operation.offset + place, count, count, "w", operation.path,
                               operation.data[place:place + count]))
        place += count
    return parts


class Replay:
    """The store of one node through its log: what is on disk for certain, and what is only on its way."""

    def __init__(self, node, prepared, operations, ignore_syncs=False):
        self.names = {node.store: "jiexu.sqlite", node.store + "-wal": "jiexu.sqlite-wal"}
        self.operations, self.ignore_syncs = operations, ignore_syncs
        self.durable, self.pending = {}, {}
        for path, name in self.names.items():
            source = os.path.join(prepared, name)
            self.durable[path] = bytearray(open(source, "rb").read()) if os.path.exists(source) else bytearray()
            self.pending[path] = []

    def step(self, operation):
        """Takes an operation. Returns whether it touched the store."""
        path = operation.path
        if path not in self.names or operation.result < 0:
            return False
        if operation.kind in "wt":
            self.pending[path].append(operation)
        elif operation.kind == "y" and not self.ignore_syncs:
            for write in self.pending[path]:
                apply(self.durable[path], write)
            self.pending[path] = []
        elif operation.kind == "u":
            self.durable[path], self.pending[path] = bytearray(), []
        return True

    def image(self, choose):
        """The files of an image: `choose` picks of the pending writes of a file those that reached the disk."""
        files = {}
        for path, name in self.names.items():
            content = bytearray(self.durable[path])
            for write in choose(self.pending[path]):
                apply(content, write)
            files[name] = bytes(content)
        return files

    def images(self, source):
        """The images after the operation that was taken last, each with its name."""
        yield "all", self.image(lambda writes: writes)
        if not any(self.pending.values()):
            return
        yield "none", self.image(lambda writes: [])
        yield "first half", self.image(lambda writes: writes[:len(writes) // 2])
        yield "last only", self.image(lambda writes: writes[-1:])
        yield "some", self.image(lambda writes: [write for write in writes if source.random() < 0.5])
        yield "some, in another order", self.image(lambda writes: source.sample(writes, source.randint(0, len(writes))))
        yield "last torn", self.image(lambda writes: writes[:-1] + torn(writes[-1:], source))
        yield "sectors", self.image(
            lambda writes: [part for write in writes for part in (sectors(write) if write.kind == "w" else [write])
                            if source.random() < 0.5])
        yield "longer, with zeros", self.image(zeros)


def torn(writes, source):
    if not writes or writes[0].kind != "w":
        return writes
    parts = sectors(writes[0])
    return parts[:source.randint(0, len(parts))]


def zeros(writes):
    """The file has its new length, and nothing of what was written."""
    end = max((write.offset + len(write.data) for write in writes if write.kind == "w"), default=0)
    return [Operation(0, end, 0, 0, "w", "", b"")] if end else []


class Examiner:
    """`jiexu store examine`, kept running: opens image after image."""

    def __init__(self, program, folder):
        self.folder, self.count = folder, 0
        os.makedirs(folder, exist_ok=True)
        self.process = subprocess.Popen([program, "store", "examine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def look(self, files):
        """Returns what is wrong or None, and what the image holds."""
        self.count += 1
        place = os.path.join(self.folder, str(self.count))
        os.makedirs(place)
        for name, content in files.items():
            if content:
                path = os.path.join(place, name)
                with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                    file.write(content)
        self.process.stdin.write(os.path.join(place, "jiexu.sqlite") + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().rstrip("\n")
        shutil.rmtree(place, ignore_errors=True)
        if not line:
            return "the store ended", set()
        parts = line.split("\t")
        return (None, set(parts[1:])) if parts[0] == "sound" else (line, set())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def is_commit(operation, state):
    """Whether a write completes a commit in the write-ahead log: the page behind a frame header that ends one."""
    if operation.kind != "w" or not operation.path.endswith("-wal") or operation.offset < 32:
        return False
    if len(operation.data) == 24:
        state["ends"] = operation.data[4:8] != bytes(4)
        return False
    if len(operation.data) > 24 and (operation.offset - 32) % 4120 == 0:
        # Header and page in one write.
        return operation.data[4:8] != bytes(4)
    ends, state["ends"] = state.get("ends", False), False
    return ends


def evidence(holder, own, replay, examiner):
    """From when on others hold evidence of what `own` has: pairs of clock and what `own` must hold from then on.

    The receipts that `own` gave and `holder` keeps, and the documents of `own` that `holder` has taken."""
    found, seen, state = [], set(), {}
    for operation in replay.operations:
        touched = replay.step(operation)
        if not touched or not is_commit(operation, state):
            continue
        wrong, held = examiner.look(replay.image(lambda writes: writes))
        if wrong:
            raise RuntimeError("the log cannot be replayed: " + wrong)
        for text in held - seen:
            seen.add(text)
            parts = text.split("/")
            if len(parts) != 5:
                continue
            number, sender, sequence, digest, receipt = parts
            if sender == holder.code and receipt != "-":
                found.append((operation.clock, text))
            elif sender == own.code:
                # The receipt that `own` will get for it is not there yet.
                found.append((operation.clock, f"{number}/{sender}/{sequence}/{digest}/"))
    return found


def orders_written(node, operations):
    """From when on the bank may have an order file: pairs of clock and an order that the node must hold from then on."""
    found, content = [], {}
    for operation in operations:
        if operation.kind == "w" and "/orders/" in operation.path:
            content[operation.path] = content.get(operation.path, b"") + operation.data
        elif operation.kind == "r" and operation.result == 0:
            source, _, target = operation.path.partition("\n")
            if os.path.dirname(target) == os.path.join(node.bank, "orders"):
                for key in re.findall(rb"<EndToEndId>([^<]+)</EndToEndId>", content.get(source, b"")):
                    found.append((operation.clock, key.decode() + "/order/"))
    return found


def renamed_before_synced(operations):
    """Files that got their name while a part of them was not on disk yet: a power cut leaves half a file."""
    dirty, wrong = set(), []
    for operation in operations:
        if operation.result < 0:
            continue
        if operation.kind == "w":
            dirty.add(operation.path)
        elif operation.kind == "y":
            dirty.discard(operation.path)
        elif operation.kind == "r":
            source, _, _ = operation.path.partition("\n")
            if source in dirty:
                wrong.append(operation.path.replace("\n", " -> "))
    return wrong


def check_images(node, replay, required, lodged, program, folder, seed, limit, say):
    """Builds the images of a node and has them looked at by two stores at once.

    - required: what must be held from which clock on; `lodged`: the clock and the case of an answered application.
    Returns how many were looked at, how many had lost something, how many were not sound, and examples."""
    source = random.Random(seed)
    work, seen = [], set()
    operations = replay.operations
    for place, operation in enumerate(operations):
        if not replay.step(operation):
            continue
        until = operations[place + 1].clock if place + 1 < len(operations) else 1 << 62
        for name, files in replay.images(source):
            key = hashlib.blake2b(b"".join(files.values()), digest_size=16).digest(), until
            if files["jiexu.sqlite"] and key not in seen:
                seen.add(key)
                work.append((place, name, until, files))
    if limit and len(work) > limit:
        work = source.sample(work, limit)
    result = {"tried": 0, "lost": 0, "wrong": 0, "examples": []}
    lock = threading.Lock()

    def look(part):
        examiner = Examiner(program, os.path.join(folder, str(part)))
        for place, name, until, files in work[part::2]:
            wrong, held = examiner.look(files)
            heads = {text.rsplit("/", 1)[0] + "/" for text in held}
            missing = [] if wrong else [
                text for clock, text in required
                if clock < until and text not in held and not (text.endswith("/") and text in heads)]
            if not wrong and lodged and lodged[0] < until and not any(text.startswith(lodged[1]) for text in held):
                missing.append("the application " + lodged[1])
            with lock:
                result["tried"] += 1
                result["lost"] += bool(missing)
                result["wrong"] += bool(wrong)
                if (wrong or missing) and len(result["examples"]) < 5:
                    result["examples"].append(f"{node.code} operation {place}, {name}: {wrong or missing[:3]}")
        examiner.close()

    threads = [threading.Thread(target=look, args=(part,)) for part in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result
