"""Bytes over mutual TLS, and what came back, told in the words of the catalogue."""

import json
import select
import socket
import ssl
import time

import documents

DEADLINE = 20


class Answer:
    """What came back: `kind` is `http`, `alert` (TLS said no), `closed` (nothing came) or `open` (nothing came in time)."""

    def __init__(self, kind, status=0, headers=None, body=b"", words="", rest=b""):
        self.kind, self.status, self.headers = kind, status, headers or {}
        self.body, self.words, self.rest = body, words, rest
        self.code, self.result, self.receipt = None, None, None
        content_type = self.headers.get("content-type", "")
        if content_type.startswith("application/problem+json"):
            self.code = json.loads(body)["code"]
        elif content_type == "application/jose" and status == 200:
            self.receipt = documents.payload_of(body)
            self.result, self.code = self.receipt.get("result"), self.receipt.get("code")

    @property
    def word(self):
        """`alert`, `closed`, `open`, `accepted`, `refused CODE`, or `STATUS CODE`."""
        if self.kind != "http":
            return self.kind
        if self.result == "refused":
            return "refused " + self.code
        if self.result:
            return self.result
        return "%d %s" % (self.status, self.code or "-")


def context(keys=None, root=None, minimum=ssl.TLSVersion.TLSv1_3, maximum=ssl.TLSVersion.TLSv1_3, ciphers=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_REQUIRED if root else ssl.CERT_NONE
    if root:
        made.load_verify_locations(root)
    if keys:
        made.load_cert_chain(keys[0], keys[1])
    if ciphers:
        made.set_ciphers(ciphers)
    made.minimum_version, made.maximum_version = minimum, maximum
    return made


def dial(port, source="127.0.0.1", timeout=DEADLINE):
    made = socket.socket()
    made.settimeout(timeout)
    made.bind((source, 0))
    made.connect(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def read_answer(connection, timeout=DEADLINE):
    """Reads one answer of HTTP/1.1 with a Content-Length; what follows stays in `rest`."""
    data, end = b"", time.monotonic() + timeout
    try:
        while True:
            head, mark, rest = data.partition(b"\r\n\r\n")
            if mark:
                lines = head.decode("latin-1").split("\r\n")
                status = int(lines[0].split()[1])
                headers = {}
                for line in lines[1:]:
                    name, _, value = line.partition(":")
                    headers[name.strip().lower()] = value.strip()
                length = int(headers.get("content-length", 0))
                if status == 100:
                    data = rest
                    continue
                if len(rest) >= length:
                    return Answer("http", status, headers, rest[:length], rest=rest[length:])
            connection.settimeout(max(0.01, end - time.monotonic()))
            more = connection.recv(65536)
            if not more:
                return Answer("closed", words="%d bytes" % len(data), rest=data)
            data += more
    except ssl.SSLError as error:
        return Answer("alert", words=str(error.reason))
    except (socket.timeout, TimeoutError):
        return Answer("open", rest=data)
    except (ConnectionError, OSError) as error:
        return Answer("closed", words=type(error).__name__, rest=data)


class Line:
    """One connection that is used again for as long as the node keeps it."""

    def __init__(self, port, tls, source="127.0.0.1", server_name=None):
        self.port, self.tls, self.source, self.server_name, self.connection = port, tls, source, server_name, None

    def open(self):
        if self.connection is None:
            self.connection = self.tls.wrap_socket(dial(self.port, self.source), server_hostname=self.server_name)
        return self.connection

    def close(self):
        if self.connection is not None:
            try:
                self.connection.close()
            except OSError:
                pass
        self.connection = None

    def send(self, data, timeout=DEADLINE, half_close=False):
        """Sends bytes and reads one answer; opens anew when the node has closed."""
        try:
            connection = self.open()
            connection.settimeout(timeout)
            connection.sendall(data)
            if half_close:
                connection.unwrap()
        except ssl.SSLError as error:
            if not half_close:
                self.close()
                return Answer("alert", words=str(error.reason))
        except OSError:
            pass  # The refusal may be here already, although the rest could not be sent.
        answer = read_answer(self.connection, timeout) if self.connection else Answer("closed")
        if answer.kind != "http" or answer.headers.get("connection") == "close":
            self.close()
        return answer

    def post(self, body, path="/peer/v1/documents", content_type="application/jose", extra="", timeout=DEADLINE):
        return self.send(request(body, path, content_type, extra, self.port), timeout)


def request(body, path="/peer/v1/documents", content_type="application/jose", extra="", port=0, method="POST"):
    return (
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
        % (method, path, port, content_type, len(body), extra)
    ).encode("utf-8") + body


def handshake(port, tls, after=b"", server_name=None, source="127.0.0.1", timeout=5):
    """Shakes hands, asks for a ping, and says what came of it; TLS 1.3 tells of a refused certificate only then."""
    try:
        with dial(port, source, timeout) as plain:
            with tls.wrap_socket(plain, server_hostname=server_name) as connection:
                connection.sendall(after or ping(port))
                return read_answer(connection, timeout)
    except ssl.SSLError as error:
        return Answer("alert", words=str(error.reason))
    except (socket.timeout, TimeoutError):
        return Answer("open")
    except OSError as error:
        return Answer("closed", words=type(error).__name__)


def ping(port):
    return b"GET /peer/v1/ping HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % port


def raw(port, data, timeout=5, wait=0):
    """Plain bytes to the port of TLS: an alert record, nothing, or something else."""
    try:
        with dial(port, timeout=timeout) as connection:
            connection.sendall(data)
            got = b""
            end = time.monotonic() + timeout
            while time.monotonic() < end:
                connection.settimeout(max(0.01, end - time.monotonic()))
                more = connection.recv(65536)
                if not more:
                    break
                got += more
            return told(got)
    except (socket.timeout, TimeoutError):
        return told(got) if got else Answer("open")
    except OSError as error:
        return told(got) if got else Answer("closed", words=type(error).__name__)


def told(got):
    if got[:1] == b"\x15":
        return Answer("alert", words="alert %d" % got[6] if len(got) > 6 else "alert")
    if got[:5] == b"HTTP/":
        return Answer("http", int(got.split()[1]))
    return Answer("closed" if not got else "bytes", words=got[:16].hex())


def is_closed(connection, timeout):
    """Whether the other side ends the connection in time."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            return False
        try:
            if not connection.recv(65536):
                return True
        except (ssl.SSLWantReadError, socket.timeout):
            continue
        except OSError:
            return True
    return False
