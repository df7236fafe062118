"""A peer with a good certificate and a bad character: what its port answers, by mode."""

import http
import socket
import ssl
import struct
import threading
import time

import documents
import network
import wire


class Server:
    """Listens where the directory says that the hostile agency is."""

    def __init__(self, net, signer, keys, third_signer):
        self.net, self.signer, self.third = net, signer, third_signer
        self.mode, self.seen, self.delivered, self.lock = "silent", [], {}, threading.Lock()
        self.most_taken, self.old_receipt, self.poisoned, self.open = 0, None, None, 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*keys)
        self.context.load_verify_locations(net.path("net/root/root.pem"))
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.trap = listening(0)  # A redirect leads here; nobody may come.
        self.trapped = 0
        self.listener = listening(net.evil_port)
        self.stopping = False
        for target in (self.serve, self.watch_trap):
            threading.Thread(target=target, daemon=True).start()

    def watch_trap(self):
        while not self.stopping:
            try:
                connection, _ = self.trap.accept()
                self.trapped += 1
                connection.close()
            except OSError:
                pass

    def serve(self):
        while not self.stopping:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                continue
            threading.Thread(target=self.meet, args=(connection,), daemon=True).start()

    def stop(self):
        self.stopping = True
        self.listener.close()
        self.trap.close()

    def meet(self, plain):
        plain.settimeout(15)
        with self.lock:
            self.open += 1
        try:
            with self.context.wrap_socket(plain, server_side=True) as connection:
                self.converse(connection)
        except (OSError, ValueError):
            pass
        finally:
            plain.close()
            with self.lock:
                self.open -= 1

    def converse(self, connection):
        rest = b""
        while not self.stopping:
            if self.mode == "reset-in-request":
                connection.recv(100)
                return reset(connection)
            head, rest = read_until(connection, rest)
            if head is None:
                return
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            while len(rest) < length:
                more = connection.recv(65536)
                if not more:
                    return
                rest += more
            body, rest = rest[:length], rest[length:]
            path = head.split(b" ")[1]
            if path != b"/peer/v1/documents":
                connection.sendall(http_answer(404, b'{"code":"not-found"}', "application/problem+json"))
                continue
            mode = self.mode
            with self.lock:
                self.seen.append((mode, body))
            if not getattr(self, "answer_" + mode.replace("-", "_"))(connection, body):
                return

    # What a good peer answers

    def receipt(self, body, **changes):
        value = documents.payload_of(body)
        return documents.receipt(body, self.signer, value["from"], network.EVIL, **changes)

    def answer_good(self, connection, body):
        payload = documents.parts(body)[1]
        with self.lock:
            receipt = self.delivered.setdefault(payload, self.receipt(body))
            self.old_receipt = receipt
        connection.sendall(http_answer(200, receipt))
        return True

    def answer_poison(self, connection, body):
        if documents.payload_of(body)["case"] == self.poisoned:
            connection.sendall(http_answer(409, b'{"code":"out-of-order"}', "application/problem+json"))
            return True
        return self.answer_good(connection, body)

    # What a bad one does

    def answer_silent(self, connection, body):
        time.sleep(12)

    def answer_slow(self, connection, body):
        for byte in http_answer(200, self.receipt(body)):
            connection.sendall(bytes([byte]))
            time.sleep(1)

    def answer_slow_body(self, connection, body):
        answer = http_answer(200, self.receipt(body))
        head, mark, rest = answer.partition(b"\r\n\r\n")
        connection.sendall(head + mark)
        for byte in rest:
            connection.sendall(bytes([byte]))
            time.sleep(1)

    def answer_garbage(self, connection, body):
        connection.sendall(bytes(range(256)) * 20)

    def answer_html(self, connection, body):
        connection.sendall(http_answer(200, b"<html><body>It works!</body></html>", "text/html"))
        return True

    def answer_wrong_json(self, connection, body):
        connection.sendall(http_answer(200, b'{"result":"accepted"}', "application/json"))
        return True

    def answer_wrong_jose(self, connection, body):
        connection.sendall(http_answer(200, b'{"result":"accepted"}'))
        return True

    def answer_500(self, connection, body):
        connection.sendall(http_answer(500, b"oops", "text/plain"))
        return True

    def answer_404(self, connection, body):
        connection.sendall(http_answer(404, b"", "text/plain"))
        return True

    def answer_busy(self, connection, body):
        connection.sendall(http_answer(503, b'{"code":"unavailable"}', "application/problem+json"))
        return True

    def answer_redirect(self, connection, body):
        where = "https://127.0.0.1:%d/" % self.trap.getsockname()[1]
        self.turn = getattr(self, "turn", 0) + 1
        connection.sendall(
            http_answer((301, 302, 303, 307, 308)[self.turn % 5], b"", "text/plain", "Location: %s\r\n" % where)
        )
        return True

    def answer_provisional(self, connection, body):
        while True:
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)
            time.sleep(0.005)

    def answer_ten_gigabytes(self, connection, body):
        self.pour(connection, "Content-Length: 10737418240\r\n")

    def answer_endless(self, connection, body):
        self.pour(connection, "", close=True)

    def answer_endless_chunks(self, connection, body):
        self.pour(connection, "Transfer-Encoding: chunked\r\n", chunk=b"10000\r\n" + bytes(65536) + b"\r\n")

    def answer_endless_head(self, connection, body):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-A: " + b"a" * 4000 + b"\r\n")

    def pour(self, connection, fields, close=False, chunk=bytes(65536)):
        connection.sendall(("HTTP/1.1 200 OK\r\nContent-Type: application/jose\r\n" + fields + "\r\n").encode())
        taken = 0
        try:
            while taken < 1 << 30:
                connection.sendall(chunk)
                taken += len(chunk)
        finally:
            with self.lock:
                self.most_taken = max(self.most_taken, taken)

    def answer_truncated(self, connection, body):
        connection.sendall(http_answer(200, self.receipt(body))[:-40])
        reset(connection, hard=False)

    def answer_truncated_without_length(self, connection, body):
        receipt = self.receipt(body)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/jose\r\n\r\n" + receipt[:-40])
        reset(connection, hard=False)

    def answer_whole_without_length(self, connection, body):
        """All of a good receipt, and then the end without close_notify: whether it is whole cannot be known."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/jose\r\n\r\n" + self.receipt(body))
        reset(connection, hard=False)

    def answer_reset_in_head(self, connection, body):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-")
        reset(connection)

    def answer_reset_in_body(self, connection, body):
        connection.sendall(http_answer(200, self.receipt(body))[:300])
        reset(connection)

    def answer_two_lengths(self, connection, body):
        receipt = self.receipt(body)
        connection.sendall(
            (
                "HTTP/1.1 200 OK\r\nContent-Type: application/jose\r\nContent-Length: %d\r\nContent-Length: 5\r\n\r\n"
                % len(receipt)
            ).encode()
            + receipt
        )

    def send_receipt(self, connection, receipt):
        connection.sendall(http_answer(200, receipt))
        return True

    def answer_receipt_of_another(self, connection, body):
        return self.send_receipt(connection, self.receipt(body, digest=documents.digest(b"another")))

    def answer_receipt_of_another_case(self, connection, body):
        return self.send_receipt(connection, self.receipt(body, case="370700-2026-0000999-7"))

    def answer_old_receipt(self, connection, body):
        return self.send_receipt(connection, self.old_receipt)

    def answer_receipt_of_another_sequence(self, connection, body):
        return self.send_receipt(connection, self.receipt(body, sequence=2))

    def answer_receipt_for_another_sender(self, connection, body):
        return self.send_receipt(connection, self.receipt(body, **{"from": network.ORIGIN}))

    def answer_receipt_by_a_third(self, connection, body):
        value = documents.payload_of(body)
        return self.send_receipt(connection, documents.receipt(body, self.third, value["from"], network.EVIL))

    def answer_receipt_with_a_broken_signature(self, connection, body):
        receipt = self.receipt(body)
        return self.send_receipt(connection, receipt[:-4] + (b"AAAA" if receipt[-4:] != b"AAAA" else b"BBBB"))

    def answer_receipt_without_algorithm(self, connection, body):
        header, payload, _ = self.receipt(body).split(b".")
        value = documents.unb64(header).replace(b"ES256", b"none")
        return self.send_receipt(connection, documents.b64(value) + b"." + payload + b".")

    def answer_document_as_receipt(self, connection, body):
        return self.send_receipt(connection, self.signer.sign(documents.parts(self.receipt(body))[1]))

    def answer_own_document_back(self, connection, body):
        return self.send_receipt(connection, body)

    def answer_receipt_of_tomorrow(self, connection, body):
        payload = documents.parts(self.receipt(body))[1]
        return self.send_receipt(connection, self.signer.sign(payload, "jiexu-receipt", documents.moment(400 * 86400)))


# How each mode must show at the sender: the code beside the document that waits; `*` where TCP decides which.
MODES = {
    "silent": "timeout",
    "slow": "timeout",
    "slow-body": "timeout",
    "garbage": "*",
    "html": "status-200",
    "wrong-json": "status-200",
    "wrong-jose": "receipt-invalid",
    "500": "status-500",
    "404": "status-404",
    "busy": "unavailable",
    "redirect": "redirected",
    "provisional": "*",
    "ten-gigabytes": "oversize",
    "endless": "oversize",
    "endless-chunks": "oversize",
    "endless-head": "*",
    "truncated": "*",
    "truncated-without-length": "*",
    "whole-without-length": "*",
    "reset-in-request": "*",
    "reset-in-head": "*",
    "reset-in-body": "*",
    "two-lengths": "malformed",
    "receipt-of-another": "receipt-mismatch",
    "receipt-of-another-case": "receipt-mismatch",
    "old-receipt": "receipt-mismatch",
    "receipt-of-another-sequence": "receipt-mismatch",
    "receipt-for-another-sender": "receipt-mismatch",
    "receipt-by-a-third": "receipt-mismatch",
    "receipt-with-a-broken-signature": "receipt-invalid",
    "receipt-without-algorithm": "receipt-invalid",
    "document-as-receipt": "receipt-invalid",
    "own-document-back": "receipt-invalid",
    "receipt-of-tomorrow": "receipt-invalid",
}


def listening(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    listener.settimeout(0.5)
    return listener


def http_answer(status, body, content_type="application/jose", fields=""):
    reason = http.HTTPStatus(status).phrase
    return (
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
        % (status, reason, content_type, len(body), fields)
    ).encode() + body


def read_until(connection, rest):
    while b"\r\n\r\n" not in rest:
        more = connection.recv(65536)
        if not more or len(rest) > 100_000:
            return None, b""
        rest += more
    head, _, rest = rest.partition(b"\r\n\r\n")
    return head, rest


def reset(connection, hard=True):
    """Ends the connection beneath TLS: by a reset, or by an end without close_notify."""
    bare = socket.socket(fileno=connection.detach())
    if hard:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        bare.shutdown(socket.SHUT_RDWR)
    bare.close()
