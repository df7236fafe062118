"""A balancer of connections, as a small stand-in for haproxy or nginx: TCP in, TCP out, round about, to whoever is ready."""

import http.client
import socket
import threading
import time


class Balancer:
    """Listens on loopback, and hands each connection to one of the backends that are ready. A backend that is not ready any
    more loses its connections."""

    def __init__(self, port, backends):
        """`backends`: pairs of the port to go to and the port that tells whether it is ready."""
        self.backends = list(backends)
        self.ready, self.open, self.turn = set(), {}, 0
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(256)
        threading.Thread(target=self.accept, daemon=True).start()
        for backend in self.backends:
            threading.Thread(target=self.look, args=(backend,), daemon=True).start()

    def look(self, backend):
        """Looks five times a second; one that does not answer within two seconds is not ready."""
        while not self.ended.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", backend[1], timeout=2)
            try:
                connection.request("GET", "/health/ready")
                is_ready = connection.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                is_ready = False
            finally:
                connection.close()
            with self.lock:
                if is_ready:
                    self.ready.add(backend)
                else:
                    self.ready.discard(backend)
                    for one in self.open.pop(backend, set()):
                        self.cut(one)
            time.sleep(0.2)

    @staticmethod
    def cut(one):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def accept(self):
        while not self.ended.is_set():
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def choose(self):
        with self.lock:
            ready = [backend for backend in self.backends if backend in self.ready]
            self.turn += 1
            return ready[self.turn % len(ready)] if ready else None

    def carry(self, client):
        backend = self.choose()
        try:
            other = socket.create_connection(("127.0.0.1", backend[0]), timeout=2) if backend else None
        except OSError:
            other = None
        if other is None:
            client.close()
            return
        other.settimeout(None)
        with self.lock:
            self.open.setdefault(backend, set()).update((client, other))
        back = threading.Thread(target=self.pump, args=(other, client), daemon=True)
        back.start()
        self.pump(client, other)
        back.join()
        with self.lock:
            self.open.get(backend, set()).difference_update((client, other))
        client.close()
        other.close()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65_536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            Balancer.cut(source)
            Balancer.cut(sink)

    def end(self):
        self.ended.set()
        Balancer.cut(self.listener)
        self.listener.close()
