"""A hostile client with a good certificate: slow, greedy and loud, from an address of its own."""

import collections
import os
import ssl
import threading
import time

import documents
import network
import wire

SOURCE = "127.0.0.66"


class Attack:
    """Something that goes on in threads until it is stopped; `counts` says what came of it."""

    def __init__(self, net, tls, keys):
        self.net, self.tls, self.keys = net, tls, keys
        self.stopping, self.counts, self.lock, self.threads = False, collections.Counter(), threading.Lock(), []

    def start(self, target, *arguments, times=1):
        for number in range(times):
            thread = threading.Thread(target=self.guarded, args=(target,) + arguments + (number,), daemon=True)
            thread.start()
            self.threads.append(thread)
        return self

    def guarded(self, target, *arguments):
        try:
            target(self, *arguments)
        except (OSError, ssl.SSLError) as error:
            self.count("ended: " + type(error).__name__)

    def count(self, what, more=1):
        with self.lock:
            self.counts[what] += more

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join(20)
        return dict(self.counts)


# A head that never ends, and a body of a megabyte that is announced: what is left of each comes a byte now and then.
ENDLESS_HEAD = b"POST /peer/v1/documents HTTP/1.1\r\nHost: a\r\nX-A: "
LONG_BODY = (
    b"POST /peer/v1/documents HTTP/1.1\r\nHost: a\r\nContent-Type: application/jose\r\nContent-Length: 1048576\r\n\r\n"
)


def slow(attack, port, connections, beginning, _):
    """Slowloris: many connections, each with a request that begins and goes on a byte now and then."""
    held = []
    for _ in range(connections):
        if attack.stopping:
            break
        try:
            connection = attack.tls.wrap_socket(wire.dial(port, SOURCE, timeout=3))
            connection.sendall(beginning)
            held.append(connection)
            attack.count("opened")
        except (OSError, ssl.SSLError):
            attack.count("turned away")
    while held and not attack.stopping:
        for connection in list(held):
            try:
                connection.send(b"a")
            except (OSError, ssl.SSLError):
                held.remove(connection)
                attack.count("closed by the node")
        time.sleep(0.5)
    for connection in held:
        connection.close()


def half_open(attack, port, connections, _):
    """Connections that never begin to speak TLS, opened again as they are closed."""
    held = []
    while not attack.stopping:
        while len(held) < connections and not attack.stopping:
            try:
                held.append(wire.dial(port, SOURCE, timeout=2))
                attack.count("opened")
            except OSError:
                attack.count("turned away")
                break
        time.sleep(0.5)
        for connection in list(held):
            if wire.is_closed(connection, 0.001):
                connection.close()
                held.remove(connection)
                attack.count("closed by the node")
    for connection in held:
        connection.close()


def never_reads(attack, port, connections, _):
    """Asks and asks, and takes no answer."""
    held = []
    for _ in range(connections):
        connection = attack.tls.wrap_socket(wire.dial(port, SOURCE, timeout=2))
        held.append(connection)
    asked = wire.ping(port) * 200
    for connection in held:
        try:
            for _ in range(200):
                connection.sendall(asked)
        except (OSError, ssl.SSLError):
            attack.count("held up")
    while not attack.stopping:
        time.sleep(0.2)
    for connection in held:
        connection.close()


def flood(attack, port, bodies, number):
    """Different documents that are all valid, as fast as they go."""
    line = wire.Line(port, attack.tls, SOURCE)
    place = number * 7919
    while not attack.stopping:
        answer = line.post(bodies[place % len(bodies)])
        attack.count(answer.word)
        place += 1
    line.close()


def handshakes(attack, port, _):
    """One handshake after the other, and nothing else."""
    while not attack.stopping:
        try:
            attack.tls.wrap_socket(wire.dial(port, SOURCE, timeout=3)).close()
            attack.count("handshakes")
        except (OSError, ssl.SSLError):
            attack.count("turned away")


def letters(net, signer, count, first, to=network.ORIGIN):
    """Letters for people whom the origin does not know, each a case of its own; to somebody else they are refused."""
    import people

    made = []
    for number in range(first, first + count):
        content = documents.letter(
            people.resident_id(30_000 + number),
            network.account(network.EVIL),
            network.office(network.EVIL),
            payoutAccount=None,
        )
        made.append(
            signer.sign(
                documents.dumps(
                    documents.envelope(
                        "acceptance-letter",
                        people.case_number(network.EVIL, 2026, 100_000 + number),
                        network.EVIL,
                        to,
                        1,
                        None,
                        content,
                    )
                )
            )
        )
    return made
