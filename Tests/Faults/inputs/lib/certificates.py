"""Certificates made on the spot: as the network's root would issue them, and wrong in one thing each."""

import datetime
import ipaddress
import os
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

NOW = datetime.datetime.utcnow().replace(microsecond=0)
DAY = datetime.timedelta(days=1)
BOTH = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]


def usage(**more):
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: more.get(name, False) for name in names})


class Issuer:
    """A certificate with its key, and what it issues."""

    def __init__(self, folder, certificate, key):
        self.folder, self.certificate, self.key, self.made = folder, certificate, key, 0

    @staticmethod
    def load(folder, certificate_path, key_path):
        with open(certificate_path, "rb") as one, open(key_path, "rb") as other:
            return Issuer(
                folder,
                x509.load_pem_x509_certificate(one.read()),
                serialization.load_pem_private_key(other.read(), None),
            )

    def issue(
        self,
        code="330100",
        key=None,
        chain=(),
        algorithm=None,
        start=None,
        end=None,
        extended=BOTH,
        names="usual",
        common="330100 connections",
        authority=False,
        constraints=None,
        critical=None,
        subject_key=True,
        plain_authority=False,
        issuer_name=None,
        use=None,
        more=(),
    ):
        """Issues a certificate and writes it with its key.

        Returns the paths of both. `names` is the list of alternative names, or None for none of them.
        """
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer_name or self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start or max(self.certificate.not_valid_before, NOW - DAY))
            .not_valid_after(end or NOW + DAY)
        )
        if not plain_authority:
            builder = builder.add_extension(x509.BasicConstraints(authority, 0 if authority else None), True)
        builder = builder.add_extension(
            use or usage(digital_signature=not authority, key_cert_sign=authority, crl_sign=authority), True
        )
        if extended and not authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage(extended), False)
        if names == "usual":
            names = (
                []
                if authority
                else [
                    x509.UniformResourceIdentifier("urn:jiexu:agency:" + code),
                    x509.DNSName("localhost"),
                    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                ]
            )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
        if subject_key:
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        own = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), False)
        if constraints:
            builder = builder.add_extension(constraints, True)
        if critical:
            builder = builder.add_extension(
                x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\5\0"), True
            )
        for extension in more:
            builder = builder.add_extension(extension, False)
        certificate = builder.sign(self.key, algorithm or hashes.SHA256())
        return self.write(certificate, key, chain)

    def write(self, certificate, key, chain=()):
        self.made += 1
        base = os.path.join(self.folder, "made-%d-%d" % (id(self) % 10_000, self.made))
        with open(base + ".pem", "wb") as file:
            for one in (certificate,) + tuple(chain):
                file.write(one.public_bytes(serialization.Encoding.PEM))
        with open(base + ".key", "wb") as file:
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
        return base + ".pem", base + ".key"

    def authority(self, **options):
        """A certificate that says it may issue, as an issuer."""
        options.setdefault("common", "authority below the root")
        return Issuer.load(self.folder, *self.issue(authority=True, **options))

    @staticmethod
    def self_signed(folder, name, algorithm=None, key=None):
        key = key or ec.generate_private_key(ec.SECP256R1())
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - DAY)
            .not_valid_after(NOW + DAY)
            .add_extension(x509.BasicConstraints(True, 0), True)
            .add_extension(usage(key_cert_sign=True, crl_sign=True), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )
        return Issuer(folder, builder.sign(key, algorithm or hashes.SHA256()), key)


def explicit_curve(folder, root_certificate, root_key):
    """A key that writes its curve out instead of naming it, certified by the root; None when the tool cannot."""
    key, request, made, options = (os.path.join(folder, "explicit." + end) for end in ("key", "csr", "pem", "cnf"))
    with open(options, "w") as file:
        file.write(
            "[e]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
            "extendedKeyUsage=serverAuth,clientAuth\nsubjectKeyIdentifier=hash\n"
            "subjectAltName=URI:urn:jiexu:agency:330100,DNS:localhost,IP:127.0.0.1\n"
        )
    for words in (
        ["ecparam", "-name", "prime256v1", "-param_enc", "explicit", "-genkey", "-noout", "-out", key],
        ["req", "-new", "-key", key, "-subj", "/CN=x", "-out", request],
        [
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            root_certificate,
            "-CAkey",
            root_key,
            "-CAcreateserial",
            "-days",
            "1",
            "-extfile",
            options,
            "-extensions",
            "e",
            "-out",
            made,
        ],
    ):
        if subprocess.run(
            ["openssl", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        ).returncode:
            return None
    return made, key


def small_rsa(bits, exponent=65537):
    return rsa.generate_private_key(exponent, bits)
