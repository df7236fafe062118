"""Kills a node before and after what it does to its disk, one operation after the other, through one whole transfer."""

import os
import random
import shutil
import sys
import threading
import time

from pair import Pair, Violation, acknowledged, read_store, sums

MODES = ["kill-before", "kill-after"]
RELEASE_AFTER = 0.5
ERRORS = {"EIO": 5, "ENOSPC": 28}


class Rig:
    """One pair under the shim."""

    def __init__(self, program, folder, port, shim, settings=""):
        self.pair = Pair(program, folder, port, settings)
        self.shim = shim

    def environment(self, node, log=False, **more):
        files = {name: os.path.join(self.pair.folder, f"{node.code}.{name}") for name in ("count", "ops", "switch")}
        settings = {
            "LD_PRELOAD": self.shim, "JXF_ROOTS": node.data + ":" + node.bank, "JXF_COUNTER": files["count"],
            "JXF_SHARED": os.path.join(self.pair.folder, "clock"), "JXF_SWITCH": files["switch"],
        }
        if log:
            settings["JXF_LOG"] = files["ops"]
        settings.update(more)
        return settings

    def count(self, node):
        with open(os.path.join(self.pair.folder, f"{node.code}.count"), "rb") as file:
            return int.from_bytes(file.read(8), "little")

    def forget(self):
        for name in os.listdir(self.pair.folder):
            if name.endswith((".count", ".ops", ".switch")) or name == "clock":
                os.unlink(os.path.join(self.pair.folder, name))

    def begin(self):
        self.pair.reset()
        self.forget()
        self.pair.start_bank()

    def whole(self):
        """One transfer without a fault. Returns how many operations each node did, and how long it took."""
        begun = time.monotonic()
        self.begin()
        for node in self.pair.nodes.values():
            node.start(environment=self.environment(node))
        self.pair.transfer(30)
        wrong = self.pair.check()
        counts = {code: self.count(node) for code, node in self.pair.nodes.items()}
        self.pair.end()
        return counts, time.monotonic() - begun, wrong

    def killed(self, code, plans):
        """A transfer in which the node of `code` is started with each of the plans in turn, and then without one.

        Returns how many of the plans took effect, and what is wrong."""
        pair, wrong, ends = self.pair, [], []
        self.begin()
        victim = pair.nodes[code]
        other = next(node for node in pair.nodes.values() if node.code != code)
        waiting = list(plans)

        def begin(node):
            plan = waiting.pop(0) if node is victim and waiting else None
            counter = os.path.join(pair.folder, f"{node.code}.count")
            if os.path.exists(counter):
                os.unlink(counter)
            node.start(plan=plan, environment=self.environment(node))

        # What fails for ever ends after a moment: the disk has room again, and nobody starts the node anew.
        release = threading.Timer(RELEASE_AFTER, self.release, [victim])
        if any(plan.startswith(("fail-on", "short")) for plan in plans):
            release.start()

        def on_end(node):
            status = node.process.returncode
            if node is not victim:
                raise Violation(f"{node.code} ended with status {status}, and nothing was done to it")
            if len(ends) >= len(plans):
                raise Violation(f"{code} ended again with status {status}")
            ends.append(status)
            if status not in (-9, 75):
                raise Violation(f"{code} ended with status {status}: neither killed nor stopped for its disk")
            if os.path.exists(other.store) and os.path.exists(victim.store):
                wrong.extend(self.lost(victim, other))
            begin(node)

        try:
            begin(other)
            begin(victim)
            pair.transfer(40, on_end)
            wrong += pair.check()
            # A fault that did not end the node counts when its operation came; the node may have been faster this time.
            if not ends and self.count(victim) >= int(plans[0].split(":")[1]):
                ends.append(0)
        except Violation as violation:
            wrong.append(str(violation))
        except (OSError, KeyError, ValueError, RuntimeError) as fault:
            wrong.append(f"the rig: {type(fault).__name__} {fault}")
        finally:
            release.cancel()
            pair.end()
        return len(ends), wrong

    def release(self, node):
        with open(os.path.join(self.pair.folder, f"{node.code}.switch"), "w", encoding="ascii") as file:
            file.write("-1")

    def lost(self, victim, other):
        """What the other side holds evidence of and the files of the ended node do not have. Read from copies."""
        copy = os.path.join(self.pair.folder, "copy")
        stores = {}
        for node in (other, victim):
            shutil.rmtree(copy, ignore_errors=True)
            os.makedirs(copy)
            if node is other:
                stores[node.code] = dict(node.holds(), code=node.code)
                continue
            for suffix in ("", "-wal"):
                if os.path.exists(node.store + suffix):
                    shutil.copy(node.store + suffix, os.path.join(copy, "jiexu.sqlite" + suffix))
            stores[node.code] = dict(read_store(os.path.join(copy, "jiexu.sqlite"), copy=True), code=node.code)
        shutil.rmtree(copy, ignore_errors=True)
        return ["lost: " + text for text in acknowledged(stores[other.code], stores[victim.code])]


def points(counts, modes):
    return [(code, [f"{mode}:{number}" + (f":{error}" if error else "")])
            for code, count in counts.items() for number in range(1, count + 1) for mode, error in modes]


def run_all(rigs, work, budget, say):
    """Carries out the work with all rigs at once until it is done or the time is over. Returns the results."""
    results, lock, end = [], threading.Lock(), time.monotonic() + budget
    queue = list(work)

    def one(rig):
        while True:
            with lock:
                if not queue or time.monotonic() > end:
                    return
                code, plans = queue.pop(0)
            ends, wrong = rig.killed(code, plans)
            with lock:
                results.append((code, plans, ends, wrong))
                for line in wrong:
                    say(f"  {code} {' then '.join(plans)}: {line}")
                if len(results) % 50 == 0:
                    say(f"  {len(results)} runs, {len(queue)} left")

    threads = [threading.Thread(target=one, args=(rig,)) for rig in rigs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def totals(results):
    wrong = [line for _, _, _, lines in results for line in lines]
    return {"tried": sum(1 for _, _, ends, _ in results if ends), **sums(wrong)}


def spread(work, seed, share):
    """A share of the points, drawn from the seed and in a mixed order, so that a run that is cut short has seen all parts."""
    source = random.Random(seed)
    return source.sample(work, max(1, round(len(work) * share)))
