"""One real node, and certificates that it must not accept: shown to it as a client, and shown to it by a server.

The certificates are made by other means than ours, with the root's key. Each differs from one that passes in one thing, and
OpenSSL's defaults accept many of them.
"""
import datetime
import ipaddress
import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID

OWN, PEER = "370700", "440300"
DAY = datetime.timedelta(days=1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write(path, text, mode=0o644):
    data = text if isinstance(text, bytes) else text.encode()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)


class Network:
    """A root, two agencies in the directory, and the node of one of them."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        os.makedirs(folder, mode=0o700)
        self.ports = {name: free_port() for name in ("peers", "public", "operations", "other")}
        self.run("certs", "root", "-o", self.at("root"))
        self.run("certs", "directory-key", "--root", self.at("root"), "-o", self.at("office"))
        self.run("certs", "anchors", "--root", self.at("root"), "--key", self.at("office"), "-o", self.at("anchors.pem"))
        for code in (OWN, PEER):
            self.run("certs", "agency", code, "--root", self.at("root"), "-o", self.at(code), "--host", "127.0.0.1",
                     "--host", "localhost")
            self.entry(code)
        self.run("certs", "directory", "--key", self.at("office"), "--root", self.at("root"), "--version", "1",
                 "--entries", self.at("370700.yaml"), self.at("440300.yaml"), "-o", self.at("directory.jws"))
        os.makedirs(self.at("lists"))
        self.revoke()
        self.settings()
        with open(self.at("root/root.pem"), "rb") as file:
            self.root = x509.load_pem_x509_certificate(file.read())
        with open(self.at("root/root.key"), "rb") as file:
            self.root_key = serialization.load_pem_private_key(file.read(), None)
        self.node = None

    def at(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments, expecting=0):
        ended = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=60)
        if ended.returncode != expecting:
            raise RuntimeError("%s ended with %d: %s%s" % (" ".join(arguments[:2]), ended.returncode, ended.stdout,
                                                           ended.stderr))
        return ended.stdout

    def account(self, code):
        return '{holder: "示例", bankName: "示例银行", bankCode: "102458000013", number: "1607001200%s"}' % code

    def entry(self, code):
        port = self.ports["peers" if code == OWN else "other"]
        write(self.at(code + ".yaml"), """code: "%s"
nameChinese: "示例"
nameEnglish: "Example"
endpoint: "https://127.0.0.1:%d"
tlsCertificates: ["%s/tls.pem"]
signingCertificates:
  - file: "%s/signing.pem"
receives: []
deadlineProfile: "national"
workingDays: {letter: 15}
account: %s
""" % (code, port, code, code, self.account(code)))

    def settings(self):
        write(self.at("node.yaml"), """agency:
  code: "%s"
  office: {name: "示例", address: "示例路 1 号", postcode: "261000", telephone: "0536-0000000"}
  account: %s
data: {directory: "data"}
keys:
  tlsCertificate: "370700/tls.pem"
  tlsKey: "370700/tls.key"
  signingCertificate: "370700/signing.pem"
  signingKey: "370700/signing.key"
  anchors: "anchors.pem"
  directory: "directory.jws"
  revocationLists: "lists"
peers:
  listen: {host: "127.0.0.1", port: %d}
public:
  listen: {host: "127.0.0.1", port: %d}
operations:
  listen: {host: "127.0.0.1", port: %d}
bank: {folder: "bank"}
""" % (OWN, self.account(OWN), self.ports["peers"], self.ports["public"], self.ports["operations"]), 0o600)

    def revoke(self, *files):
        last = self.at("lists/list.pem")
        previous = ["--previous", last] if os.path.exists(last) else []
        self.run("certs", "revoke", *files, "--root", self.at("root"), *previous, "-o", last)

    def start(self):
        os.makedirs(self.at("bank"), exist_ok=True)
        with open(self.at("node.log"), "ab") as log:
            self.node = subprocess.Popen([self.program, "serve", "--config", self.at("node.yaml")], stderr=log, stdout=log,
                                         stdin=subprocess.DEVNULL)
        for _ in range(150):
            if self.node.poll() is not None:
                raise RuntimeError("the node ended; see " + self.at("node.log"))
            try:
                if self.operate("GET", "/health/live")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the node is not there; see " + self.at("node.log"))

    def stop(self):
        if self.node and self.node.poll() is None:
            self.node.send_signal(signal.SIGTERM)
            try:
                self.node.wait(15)
            except subprocess.TimeoutExpired:
                self.node.kill()

    def operate(self, method, path):
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.ports["operations"], path), method=method,
                                         data=b"" if method == "POST" else None)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def reload(self):
        return json.loads(self.operate("POST", "/ops/trust/reload")[1])

    # Certificates by other means than ours.

    def issue(self, key, usages=(Usage.SERVER_AUTH, Usage.CLIENT_AUTH), names=None, start=-0.0005, end=30, issuer=None,
              issuer_key=None, algorithm=None, agency=PEER, authority=False, common="made", hosts=("127.0.0.1", "localhost")):
        # A certificate that begins before its root would be refused for that: start and end are in days, parts of them too.
        now = datetime.datetime.utcnow()
        issuer = issuer or self.root.subject
        if names is None:
            names = [x509.UniformResourceIdentifier("urn:jiexu:agency:" + agency)]
            names += [x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
                      for host in hosts]
        builder = (x509.CertificateBuilder()
                   .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)]))
                   .issuer_name(issuer).public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(now + start * DAY).not_valid_after(now + end * DAY)
                   .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
                   .add_extension(x509.KeyUsage(True, False, False, False, False, authority, authority, False, False),
                                  critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier(
                       self.root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest, None, None),
                       critical=False))
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(list(usages)), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(issuer_key or self.root_key, algorithm or hashes.SHA256())

    def bad(self, key):
        """Certificates over a key that each have one fault, by name."""
        agency = x509.UniformResourceIdentifier("urn:jiexu:agency:" + PEER)
        host = x509.DNSName("localhost")
        stranger = ec.generate_private_key(ec.SECP256R1())
        below = ec.generate_private_key(ec.SECP256R1())
        parent = self.issue(below, common="below")
        yield "BT18 self-signed", self.issue(key, issuer=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made")]),
                                             issuer_key=key)
        yield "BT19 root of the same name, other key", self.issue(key, issuer_key=stranger)
        yield "BT20 expired", self.issue(key, start=-0.0007, end=-0.0001)
        yield "BT21 not yet valid", self.issue(key, start=1)
        yield "BT22 server only", self.issue(key, usages=(Usage.SERVER_AUTH,))
        yield "BT22 client only", self.issue(key, usages=(Usage.CLIENT_AUTH,))
        yield "BT23 any usage only", self.issue(key, usages=(Usage.ANY_EXTENDED_KEY_USAGE,))
        yield "BT24 no extended key usage", self.issue(key, usages=())
        yield "BT25 code signing", self.issue(key, usages=(Usage.CODE_SIGNING,))
        yield "BT26 SHA-384 instead of SHA-256", self.issue(key, algorithm=hashes.SHA384())
        yield "BT32 leaf used as an authority", self.issue(key, issuer=parent.subject, issuer_key=below)
        yield "BT34 an authority as a leaf", self.issue(key, authority=True)
        yield "BT36 and BT45 no alternative name", self.issue(key, names=(), common="localhost")
        yield "BT46 wildcard", self.issue(key, names=[agency, x509.DNSName("*.localhost"), host])
        yield "BT46 no agency", self.issue(key, names=[host])
        yield "BT49 two agencies", self.issue(
            key, names=[agency, x509.UniformResourceIdentifier("urn:jiexu:agency:420100"), host])
        yield "BT50 document signing", self.issue(key, usages=(x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),))
        yield "BT52 1,000 alternative names", self.issue(
            key, names=[agency] + [x509.DNSName("h%d.example" % number) for number in range(1_000)])

    def bad_keys(self):
        yield "BT29 RSA-2048", rsa.generate_private_key(65537, 2048)
        yield "BT30 RSA with e = 3", rsa.generate_private_key(3, 3072)
        yield "BT31 another curve, P-384", ec.generate_private_key(ec.SECP384R1())
        yield "BT31 another curve, secp256k1", ec.generate_private_key(ec.SECP256K1())


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def ask(network, certificate=None, key=None, chain=b"", version=None):
    """What becomes of a ping over a connection with a certificate: a status, or `refused`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(network.at("root/root.pem"))
    if version:
        context.maximum_version = version
    if certificate is not None:
        files = network.at("shown.pem"), network.at("shown.key")
        write(files[0], (certificate if isinstance(certificate, bytes) else pem(certificate)) + chain)
        write(files[1], key if isinstance(key, bytes) else key_pem(key), 0o600)
        try:
            context.load_cert_chain(*files)
        except ssl.SSLError:
            return "not offered"
    try:
        with socket.create_connection(("127.0.0.1", network.ports["peers"]), 10) as plain:
            plain.settimeout(10)
            with context.wrap_socket(plain, server_hostname="localhost") as line:
                line.sendall(b"GET /peer/v1/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                answer = b""
                while b"\r\n" not in answer:
                    part = line.recv(4_096)
                    if not part:
                        return "refused"
                    answer += part
                return int(answer.split(b" ")[1])
    except (OSError, ssl.SSLError):
        return "refused"


class Other:
    """A server in the other agency's place, which shows what it is given and counts what it hears."""

    def __init__(self, network):
        self.network, self.heard = network, 0
        self.socket = socket.create_server(("127.0.0.1", network.ports["other"]))
        self.context = None
        threading.Thread(target=self.serve, daemon=True).start()

    def show(self, certificate, key):
        files = self.network.at("other.pem"), self.network.at("other.key")
        write(files[0], certificate if isinstance(certificate, bytes) else pem(certificate))
        write(files[1], key if isinstance(key, bytes) else key_pem(key), 0o600)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        context.load_verify_locations(self.network.at("root/root.pem"))
        context.verify_mode = ssl.CERT_REQUIRED
        self.context, self.heard = context, 0

    def serve(self):
        while True:
            plain, _ = self.socket.accept()
            threading.Thread(target=self.answer, args=(plain, self.context), daemon=True).start()

    def answer(self, plain, context):
        try:
            plain.settimeout(5)
            with context.wrap_socket(plain, server_side=True) as line:
                if line.recv(4_096):
                    self.heard += 1
                line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        except (OSError, ssl.SSLError):
            plain.close()


def row(what, checks):
    wrong = [name for name, good in checks if not good]
    print("%s %s (%d) %s" % ("×" if wrong else "✓", what, len(checks), "; ".join(wrong)), flush=True)
    return {"what": what, "tried": len(checks), "wrong": len(wrong), "note": "; ".join(wrong[:8])}


def control(name, found):
    print("%s 对照 control: %s" % ("✓" if found else "×", name), flush=True)
    return {"name": name, "tried": 1, "found": 1 if found else 0}


def play(program, folder):
    network = Network(program, folder)
    rows, controls = [], []
    key = ec.generate_private_key(ec.SECP256R1())
    with open(network.at(PEER + "/tls.pem"), "rb") as file:
        listed = file.read()
    with open(network.at(PEER + "/tls.key"), "rb") as file:
        listed_key = file.read()
    other_key = serialization.load_pem_private_key(listed_key, None)
    try:
        network.start()
        # Shown to the node by a client.
        controls.append(control("the certificate that the directory lists is let in", ask(network, listed, listed_key) == 200))
        controls.append(control("a certificate without a fault that it does not list gets as far as the directory",
                                ask(network, network.issue(key), key) == 403))
        checks = [("BT17 no certificate", ask(network) == "refused"),
                  ("BT4 TLS 1.2 where 1.3 is asked", ask(network, listed, listed_key, version=ssl.TLSVersion.TLSv1_2) == "refused")]
        checks += [(name, ask(network, certificate, key) == "refused") for name, certificate in network.bad(key)]
        for name, strange in network.bad_keys():
            checks.append((name, ask(network, network.issue(strange), strange) in ("refused", "not offered")))
        chain = b"".join(pem(network.issue(key)) for _ in range(20))
        checks.append(("BT51 a chain of 20", ask(network, network.issue(key), key, chain) == "refused"))
        rows.append(row("certificates that the node must not let in, each refused in the handshake", checks))

        # Shown to the node by a server, over the very key that the directory pins.
        other = Other(network)

        def told(certificate, shown_key=listed_key):
            other.show(certificate, shown_key)
            network.operate("POST", "/ops/peers/%s/digest" % PEER)
            return other.heard

        controls.append(control("a server with the listed certificate hears the node", told(listed) > 0))
        controls.append(control("a server with another certificate of the listed key hears it too",
                                told(network.issue(other_key)) > 0))
        checks = [(name, told(certificate) == 0) for name, certificate in network.bad(other_key)]
        checks.append(("a certificate of the network over another key", told(network.issue(key), key) == 0))
        rows.append(row("certificates of a server to which the node must not say a word", checks))

        # Taken back by the list, and only by the list.
        network.revoke(network.at(PEER + "/tls.pem"))
        network.reload()
        rows.append(row("a certificate that the list names is refused on both sides (BT39)", [
            ("as a client", ask(network, listed, listed_key) == "refused"), ("as a server", told(listed) == 0)]))
        network.stop()
        with open(network.at("node.yaml"), encoding="utf-8") as file:
            text = file.read()
        write(network.at("node.yaml"), text.replace('  revocationLists: "lists"\n', ""), 0o600)
        network.start()
        controls.append(control("the same certificate passes where no list is looked at",
                                ask(network, listed, listed_key) == 200))
        network.stop()
        write(network.at("node.yaml"), text.replace('"lists"', '"empty"'), 0o600)
        # The list that was in force is remembered: taking the folder away brings nothing back.
        network.start()
        rows.append(row("a list that was in force is remembered when its file is gone", [
            ("as a client", ask(network, listed, listed_key) == "refused")]))
        network.stop()
        write(network.at("node.yaml"), text.replace('"lists"', '"empty"').replace('"data"', '"fresh"'), 0o600)
        ended = subprocess.run([program, "serve", "--config", network.at("node.yaml")], capture_output=True, text=True,
                               timeout=30)
        rows.append(row("a node that asks for lists and never had one does not start (BT38)", [
            ("it ends", ended.returncode != 0), ("in one line", "certs revoke" in ended.stderr)]))
    finally:
        network.stop()
    return rows, controls
