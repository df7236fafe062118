#!/usr/bin/python3
"""Verifies a dossier without any code of the broker: a second opinion, written from contracts/dossier.md alone.

    verify_dossier.py [--at MOMENT] [--stamp-trust TSA.pem] ANCHORS.pem DOSSIER.zip ...

Prints OK, or every finding as `member: code: sentence`; exit status 0 or 1. Only published libraries do the work:
jwcrypto and cryptography for the signatures, OpenSSL for the certificates, jsonschema for the payloads.

Two checks of the contract need the rules of the transfer itself and are not made here: computing the funds again from
the lines of the information form, and applying the events again.

Debian 12: apt-get install python3-jwcrypto python3-jsonschema python3-openssl python3-yaml
"""

import base64
import hashlib
import json
import struct
import sys
import time
import zlib
from datetime import datetime, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from jwcrypto import jwk, jws
from OpenSSL import crypto

from check_contracts import Schemas
from verify_log import Wrong, check_stamp, der_certificates, pem_certificates

AGENCY = "urn:jiexu:agency:"
SHARED = "urn:jiexu:es256-tree"
DIRECTORY = "urn:jiexu:directory"
DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36"
DESTINATIONS = {"acceptance-letter", "completion-notice", "return-advice"}
BOTH = {
    "query",
    "query-answer",
    "recall-request",
    "recall-answer",
    "correction-request",
    "correction-answer",
    "reminder",
}
# What an answer answers, and by which member the two are known to belong together.
QUESTIONS = {
    "query-answer": ("query", "number"),
    "recall-answer": ("recall-request", "subject"),
    "correction-answer": ("correction-request", "formVersion"),
}
RESTORED = {"given-back", "restored"}
UNTRANSFERRED = {"refused", "temporary-opened", "withdrawn", "ceased"}
REQUIRED = [
    "acceptance-letter",
    "contribution-certificate",
    "information-form",
    "remittance-advice",
    "completion-notice",
]


class Broken(Exception):
    """One step failed: a code and a sentence."""

    def __init__(self, code, sentence):
        super().__init__(sentence)
        self.code = code


def text64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes64(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if text64(data) != text:
        raise ValueError("base64url is not canonical")
    return data


def sha256(data):
    return text64(hashlib.sha256(data).digest())


def seconds(text):
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return int(moment.replace(tzinfo=timezone.utc).timestamp())


def no_double(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def read_json(data):
    return json.loads(data.decode("utf-8"), object_pairs_hook=no_double)


# The archive: stored entries, one header form, nothing between or behind them.


def read_archive(data):
    entries, names, at = {}, [], 0
    while data[at : at + 4] == b"PK\x03\x04":
        try:
            _, version, flags, method, clock, day, checksum, packed, size, length, extra = struct.unpack_from(
                "<4sHHHHHIIIHH", data, at
            )
        except struct.error:
            raise Broken("archive-damaged", f"cut within a header at byte {at}") from None
        name = data[at + 30 : at + 30 + length].decode("ascii", "replace")
        content = data[at + 30 + length : at + 30 + length + size]
        if (version, flags, method, clock, day, extra) != (10, 0, 0, 0, 0x21, 0) or packed != size:
            raise Broken("archive-damaged", f"header at byte {at}")
        if len(content) != size or zlib.crc32(content) != checksum or name in entries:
            raise Broken("archive-damaged", f"content at byte {at + 30 + length}")
        entries[name] = content
        names.append((name, checksum, size, at))
        at += 30 + length + size
    directory = b""
    for name, checksum, size, offset in names:
        fields = (b"PK\x01\x02", 10, 10, 0, 0, 0, 0x21, checksum, size, size, len(name), 0, 0, 0, 0, 0, offset)
        directory += struct.pack("<4sHHHHHHIIIHHHHHII", *fields) + name.encode()
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(names), len(names), len(directory), at, 0)
    if data[at:] != directory + end:
        raise Broken("archive-damaged", f"directory of the archive at byte {at}")
    return entries


# Signatures and certificates.


def open_signature(data, typ):
    """Header and payload of a compact JWS of the profile; nothing of it is believed yet."""
    try:
        header, payload, signature = data.decode("ascii").split(".")
        fields = read_json(bytes64(header))
        third = bytes64(signature)
        content = bytes64(payload)
    except ValueError as error:
        raise Broken("member-unreadable", f"no compact signature: {error}") from None
    if set(fields) != {"alg", "typ", "x5t#S256", "sigT", "crit"}:
        raise Broken("member-unreadable", "the header has other members than the profile")
    shared = typ == "jiexu-receipt" and fields["alg"] == SHARED
    if not (shared or fields["alg"] == "ES256") or fields["typ"] != typ or fields["crit"] != ["sigT"]:
        raise Broken("member-unreadable", f"the header is not one of {typ} with ES256")
    if len(third) != 64 and not (shared and len(third) >= 68 and len(third) % 32 == 4):
        raise Broken("member-unreadable", "the third part is no signature")
    if shared:
        place, size = struct.unpack_from(">HH", third, 64)
        if not place < size <= 256:
            raise Broken("member-unreadable", "the third part has a place among others that there is not")
    return fields, content


def check_signature(data, certificate):
    """Lets jwcrypto check the signature, with sigT as a critical parameter that we understand."""
    if read_json(bytes64(data.decode("ascii").split(".")[0]))["alg"] == SHARED:
        return check_shared_signature(data, certificate)
    registry = {"sigT": jws.JWSEHeaderParameter("Time of signing", True, True, None)}
    token = jws.JWS(header_registry=registry)
    token.allowed_algs = ["ES256"]
    try:
        token.deserialize(data.decode("ascii"))
        token.verify(jwk.JWK.from_pyca(certificate.public_key()))
    except Exception:  # jwcrypto has several kinds, all of which mean that the signature does not hold
        raise Broken("signature-invalid", "the signature does not hold on these bytes") from None


def check_shared_signature(data, certificate):
    """One signature over several receipts: over the root of the tree in which this one stands."""
    signed, _, signature = data.rpartition(b".")
    signature = bytes64(signature.decode("ascii"))
    place, size = struct.unpack_from(">HH", signature, 64)
    path = [signature[at : at + 32] for at in range(68, len(signature), 32)]
    root = climb(hashlib.sha256(b"\0" + signed).digest(), place, size, path)
    if root is None:
        raise Broken("signature-invalid", "its path leads to no signature")
    both = encode_dss_signature(*(int.from_bytes(signature[at : at + 32], "big") for at in (0, 32)))
    message = b"jiexu shared signature" + struct.pack(">H", size) + root
    try:
        certificate.public_key().verify(both, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Broken("signature-invalid", "the shared signature does not hold on these bytes") from None


def resource_names(certificate):
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return extension.value.get_values_for_type(x509.UniformResourceIdentifier)


def is_root(certificate):
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def check_chain(certificate, roots, at):
    """Lets OpenSSL check that a root issued the certificate and that both were valid then."""
    store = crypto.X509Store()
    for root in roots:
        store.add_cert(crypto.X509.from_cryptography(root))
    store.set_time(datetime.utcfromtimestamp(at))
    try:
        crypto.X509StoreContext(store, crypto.X509.from_cryptography(certificate)).verify_certificate()
    except crypto.X509StoreContextError as error:
        raise Broken("signer-not-trusted", f"its certificate was not valid then: {error}") from None


def check_signing_purpose(certificate, agency):
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if [oid.dotted_string for oid in usages] != [DOCUMENT_SIGNING] or not usage.content_commitment:
        raise Broken("signer-not-trusted", "its certificate is not for documents")
    if resource_names(certificate) != [AGENCY + agency]:
        raise Broken("signer-not-trusted", f"its certificate is not one of {agency}")


def thumbprint(certificate):
    return sha256(certificate.public_bytes(Encoding.DER))


# The log: leaves and nodes as RFC 9162, section 2.1 has them.


def leaf_hash(kind, fields):
    entry = b"\x00"
    for field in ["jiexu-leaf-1", kind, *fields]:
        if field is None:
            entry += b"-,"
            continue
        data = field if isinstance(field, bytes) else str(field).encode("utf-8")
        entry += str(len(data)).encode() + b":" + data + b","
    return hashlib.sha256(entry).digest()


def climb(value, position, size, path):
    """The root to which a path leads from a leaf; None when it is no path of a tree of this size."""
    if not 0 <= position < size:
        return None
    last = size - 1
    for step in path:
        if last == 0:
            return None
        if position % 2 or position == last:
            value = hashlib.sha256(b"\x01" + step + value).digest()
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            value = hashlib.sha256(b"\x01" + value + step).digest()
        position, last = position // 2, last // 2
    return value if last == 0 else None


def ways(kind):
    """From which side to which a document of a kind goes."""
    there, back = ("destination", "origin"), ("origin", "destination")
    return [there, back] if kind in BOTH else [there] if kind in DESTINATIONS else [back]


class Verification:
    """The check of one dossier."""

    def __init__(self, anchors, data, schemas, now, stamp_trust=()):
        self.now = now
        self.stamp_trust = list(stamp_trust)
        self.schemas = schemas
        certificates = [
            x509.load_pem_x509_certificate(block.encode() + b"-----END CERTIFICATE-----\n")
            for block in anchors.split("-----END CERTIFICATE-----")
            if "BEGIN CERTIFICATE" in block
        ]
        self.roots = [certificate for certificate in certificates if is_root(certificate)]
        self.directory_certificates = [c for c in certificates if resource_names(c) == [DIRECTORY]]
        self.data = data
        self.findings = []
        self.remarks = []
        self.signers = {}
        self.successors = {}
        self.documents = []

    def find(self, code, member, sentence):
        self.findings.append((member, code, sentence))

    def attempt(self, member, step, *arguments):
        """Runs a step; a step that fails is a finding, and the others go on."""
        try:
            return step(*arguments)
        except Broken as error:
            self.find(error.code, member, str(error))
        except (ValueError, KeyError) as error:
            self.find("member-unreadable", member, str(error))
        return None

    def run(self):
        self.members = self.attempt("", read_archive, self.data)
        if self.members is None:
            return
        opened = self.attempt("manifest.jws", self.open_manifest)
        if opened is None:
            return
        header, self.manifest = opened
        exported_at = self.manifest["exportedAt"]
        self.attempt("directory.jws", self.open_directory, seconds(exported_at))
        if header["sigT"] != exported_at:
            self.find("signature-invalid", "manifest.jws", "was not signed at the time of export")
        self.attempt(
            "manifest.jws", self.check_signer, "manifest.jws", header, self.manifest["agency"], seconds(exported_at)
        )
        self.check_members()
        self.case = self.plain("case", "dossier-case")
        self.events = self.plain("events", "dossier-events")
        self.postings = self.plain("postings", "dossier-postings")
        for number in range(1, 10_000):
            if f"documents/{number:04}.jws" in self.members:
                self.attempt(f"documents/{number:04}.jws", self.check_document, number)
            elif f"receipts/{number:04}.jws" not in self.members:
                break
        self.check_order()
        if self.case:
            self.check_case()
        self.check_amounts()
        self.check_money()
        self.check_answers()
        self.check_postings()
        if "log.json" in self.members:
            self.check_log()
        else:
            self.remarks.append("log.json: there is no proof that what it holds stands in the log of the agency")

    def payload(self, member, typ, schema):
        if member not in self.members:
            raise Broken("member-missing", "is missing")
        header, payload = open_signature(self.members[member], typ)
        content = read_json(payload)
        for fault in self.schemas.faults(schema, content):
            raise Broken("member-unreadable", f"its schema refuses it: {fault}")
        return header, payload, content

    def check_log(self):
        """Step 16: everything that the dossier holds stands in the log of the agency that exports it."""
        log = self.plain("log", "dossier-log")
        opened = log and self.attempt("log.json", self.open_head, log["head"].encode())
        if not opened:
            return
        header, head = opened
        signed_at = seconds(header["sigT"])
        self.members["log.json"], whole = log["head"].encode(), self.members["log.json"]
        self.attempt("log.json", self.check_signer, "log.json", header, self.manifest["agency"], signed_at)
        self.members["log.json"] = whole
        if head["agency"] != self.manifest["agency"]:
            self.find("signer-other", "log.json", f"is the log of {head['agency']}")
        if head["atMilliseconds"] // 1000 != signed_at:
            self.find("signature-invalid", "log.json", "its head was not signed at the time that it names")
        self.check_stamps(log, head)
        entries = self.log_entries()
        proven = set()
        for leaf in log["leaves"]:
            place = leaf["kind"], leaf["number"]
            if place not in entries:
                continue
            member, fields = entries[place]
            if leaf["kind"] == "document":
                fields = fields + [leaf["atMilliseconds"]]
            root = climb(leaf_hash(leaf["kind"], fields), leaf["position"], head["size"], map(bytes64, leaf["path"]))
            if root != bytes64(head["root"]) or place in proven:
                self.find("log-proof-invalid", member, f"the log does not hold {place[0]} {place[1]} as it is here")
            proven.add(place)
        for place in sorted(entries.keys() - proven):
            self.find("log-proof-missing", entries[place][0], f"no proof that {place[0]} {place[1]} stands in the log")

    def check_stamps(self, log, head):
        """Step 17: time-stamps over the head, under the certificates beside them and those that the reader trusts."""
        if not log.get("stamps"):
            self.remarks.append("log.json: no time-stamping authority has stamped the head of the log yet")
        for stamp in log.get("stamps", []):
            try:
                chain = der_certificates(bytes64(stamp["chain"]))
                moment = check_stamp(log["head"].encode(), bytes64(stamp["token"]), chain, self.stamp_trust)
            except (Wrong, ValueError, IndexError) as error:
                self.find("stamp-invalid", "log.json", f"the time-stamp of {stamp['authority']}: {error}")
                continue
            if moment < head["atMilliseconds"] // 1000 - 300 or moment > self.now + 300:
                self.find("stamp-invalid", "log.json", f"the time-stamp of {stamp['authority']} is of another time")
                continue
            hours = max(0, moment - head["atMilliseconds"] // 1000) // 3600
            late = f", {hours} hours after the head was signed: late" if hours >= 24 else ""
            text = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            self.remarks.append(f"log.json: stamped by {stamp['authority']} at {text}{late}")
            if not self.stamp_trust:
                self.remarks.append(f"log.json: whether {stamp['authority']} is to be trusted was not checked")

    def open_head(self, data):
        header, payload = open_signature(data, "jiexu-tree-head")
        head = read_json(payload)
        for fault in self.schemas.faults("tree-head", head):
            raise Broken("member-unreadable", f"its schema refuses it: {fault}")
        return header, head

    def log_entries(self):
        """Member and fields of the leaf of everything that could be read, by kind and number."""
        case = self.case["case"] if self.case else self.manifest["case"]
        entries = {}
        for document in self.documents:
            number = int(document["member"][len("documents/") :][:4])
            fields = [case, document["from"], document["to"], document["sequence"], document["kind"]]
            entries["document", number] = document["member"], fields + [bytes64(document["digest"])]
            member = f"receipts/{number:04}.jws"
            if member in self.members:
                digest = hashlib.sha256(self.members[member]).digest()
                fields = [case, document["from"], document["sequence"], int(document["refused"]), digest]
                entries["receipt", number] = member, fields
        for number, event in enumerate(self.events["events"] if self.events else [], 1):
            attachment = self.members.get(f"attachments/{number:04}.json")
            digest = None if attachment is None else hashlib.sha256(attachment).digest()
            fields = [case, number, event["branch"], event["name"], event["code"], event["atMilliseconds"]]
            entries["event", number] = "events.json", fields + [event["actor"], event["cause"], digest]
        for number, posting in enumerate(self.postings["postings"] if self.postings else [], 1):
            lines = [field for line in posting["lines"] for field in (line["account"], line["amountFen"])]
            entries["posting", number] = "postings.json", [case, None, posting["kind"]] + lines
        return entries

    def plain(self, name, schema):
        member = f"{name}.json"
        if member not in self.members:
            self.find("member-missing", member, "is missing")
            return None
        content = self.attempt(member, read_json, self.members[member])
        if content is None:
            return None
        faults = self.schemas.faults(schema, content)
        for fault in faults:
            self.find("member-unreadable", member, f"its schema refuses it: {fault}")
        return None if faults else content

    def open_manifest(self):
        header, _, content = self.payload("manifest.jws", "jiexu-dossier", "dossier-manifest")
        return header, content

    def open_directory(self, exported_at):
        try:
            header, _, content = self.payload("directory.jws", "jiexu-directory", "directory")
        except Broken as error:
            code = error.code if error.code == "member-missing" else "directory-not-trusted"
            raise Broken(code, str(error)) from None
        signed_at = seconds(header["sigT"])
        for certificate in self.directory_certificates:
            if thumbprint(certificate) == header["x5t#S256"]:
                break
        else:
            raise Broken("directory-not-trusted", "signed by a key that is no anchor")
        try:
            check_chain(certificate, self.roots, signed_at)
            check_signature(self.members["directory.jws"], certificate)
        except Broken as error:
            raise Broken("directory-not-trusted", str(error)) from None
        if content["expiresAt"] <= exported_at:
            self.find("directory-expired", "directory.jws", "had expired when the dossier was exported")
        for agency in content["agencies"]:
            self.successors[agency["code"]] = agency.get("successor")
            for entry in agency["signingCertificates"]:
                certificate = x509.load_der_x509_certificate(bytes64(entry["certificate"]))
                self.signers[thumbprint(certificate)] = (agency["code"], certificate, entry)

    def check_signer(self, member, header, agency, seen_at):
        if not self.signers:
            return
        signed_at = seconds(header["sigT"])
        if header["x5t#S256"] not in self.signers:
            raise Broken("signer-not-trusted", "its key is in no directory")
        code, certificate, entry = self.signers[header["x5t#S256"]]
        if not entry["from"] <= signed_at < entry["until"]:
            raise Broken("signer-not-trusted", "its key was not in use then")
        if "revokedAt" in entry and max(signed_at, seen_at) >= entry["revokedAt"]:
            raise Broken("signer-not-trusted", "its key had been revoked")
        check_signing_purpose(certificate, code)
        check_chain(certificate, self.roots, signed_at)
        check_signature(self.members[member], certificate)
        if code != agency:
            raise Broken("signer-other", f"was signed by {code}, not by {agency}")
        if signed_at > self.now + 300:
            raise Broken("signed-in-future", "was signed after the present time")

    def check_members(self):
        listed = {entry["name"]: entry for entry in self.manifest["members"]}
        for name, entry in listed.items():
            if name not in self.members:
                self.find("member-missing", name, "is named in the table of contents, but missing")
            elif (len(self.members[name]), sha256(self.members[name])) != (entry["bytes"], entry["digest"]):
                self.find("member-changed", name, "is not the one in the table of contents")
        for name in self.members:
            if name != "manifest.jws" and name not in listed:
                self.find("member-unlisted", name, "is not in the table of contents")

    def check_document(self, number):
        member = f"documents/{number:04}.jws"
        header, payload, document = self.payload(member, "jiexu-document", "envelope")
        document["digest"], document["member"], document["refused"] = sha256(payload), member, False
        self.documents.append(document)
        if document["maker"] == document["checker"] and document["maker"].startswith("staff:"):
            self.find("member-unreadable", member, "its maker is its checker")
        received_at = self.attempt(f"receipts/{number:04}.jws", self.check_receipt, number, document)
        seen_at = received_at if received_at is not None else seconds(header["sigT"])
        self.check_signer(member, header, document["from"], seen_at)

    def check_receipt(self, number, document):
        member = f"receipts/{number:04}.jws"
        if member not in self.members:
            raise Broken("receipt-missing", f"the receipt for {document['member']} is missing")
        header, _, receipt = self.payload(member, "jiexu-receipt", "receipt")
        self.attempt(member, self.check_signer, member, header, document["to"], seconds(header["sigT"]))
        if any(receipt[name] != document[name] for name in ["case", "from", "to", "sequence", "digest"]):
            self.find("receipt-differs", member, f"is not for {document['member']}")
        document["refused"] = receipt["result"] == "refused"
        return seconds(receipt["receivedAt"])

    def check_order(self):
        known, last = set(), {}
        for document in self.documents:
            expected = last.get(document["from"], 0) + 1
            if document["sequence"] != expected:
                self.find("sequence-gap", document["member"], f"document {expected} of {document['from']} is expected")
            last[document["from"]] = document["sequence"]
            if document["previous"] is not None and document["previous"] not in known:
                self.find("chain-broken", document["member"], "names as the one before what does not stand before it")
            known.add(document["digest"])

    def is_same(self, agency, other):
        for _ in range(8):
            if other is None or other == agency:
                return other is not None
            other = self.successors.get(other)
        return False

    def check_case(self):
        case = self.case
        if case["case"] != self.manifest["case"]:
            self.find("other-case", "case.json", "is of another case than the table of contents")
        if case["role"] != self.manifest["role"] or not self.is_same(self.manifest["agency"], case[case["role"]]):
            self.find("signer-other", "manifest.jws", f"the exporting agency is not the {case['role']}")
        for document in self.documents:
            if document["case"] != case["case"]:
                self.find("other-case", document["member"], "is of another case")
            if not any(
                self.is_same(document["from"], case[sender]) and self.is_same(document["to"], case[recipient])
                for sender, recipient in ways(document["kind"])
            ):
                self.find("direction", document["member"], "a document of this kind does not go this way")
        if case["role"] == "destination":
            self.check_applications()
        if case["phase"] == "completed":
            kinds = {document["kind"] for document in self.documents if not document["refused"]}
            for kind in REQUIRED:
                if kind not in kinds:
                    self.find("document-missing", "documents/", f"the case is completed, but there is no {kind}")
            paid = {d["content"]["branch"] for d in self.documents if d["kind"] == "payout-notice" and not d["refused"]}
            for branch in case["payouts"]:
                if branch not in paid:
                    self.find("document-missing", "documents/", f"there is no payout notice for {branch}")

    def check_applications(self):
        current, names = "application.json", []
        for place, event in enumerate(self.events["events"] if self.events else [], 1):
            attachment = f"attachments/{place:04}.json"
            if event["name"] == "application-corrected":
                current = attachment
            elif event["name"] == "application-supplemented" and attachment in self.members:
                current = attachment
            elif event["name"] in ("application-passed", "account-confirmed"):
                names.append(current)
        if "application.json" not in self.members:
            self.find("member-missing", "application.json", "is missing")
        for document in self.documents:
            if document["kind"] != "acceptance-letter" or document["refused"]:
                continue
            version = document["content"]["version"]
            if version > len(names) or names[version - 1] not in self.members:
                self.find("application-differs", document["member"], "answers an application that is not here")
                continue
            name = names[version - 1]
            if sha256(self.members[name]) != document["content"]["applicationDigest"]:
                self.find("application-differs", name, f"is not what version {version} of the letter answers")
            form = self.attempt(name, read_json, self.members[name])
            if form is None:
                continue
            for fault in self.schemas.faults("application-form", form):
                self.find("member-unreadable", name, f"its schema refuses it: {fault}")
            if form.get("person") != document["content"]["person"]:
                self.find("person-differs", document["member"], "is about another person than the application")

    def said(self, kind):
        # A document that its recipient refused keeps its place in the chain, and says nothing for the case.
        return [document for document in self.documents if document["kind"] == kind and not document["refused"]]

    def newest(self, kind):
        found = self.said(kind)
        return found[-1] if found else None

    def before(self, kind, document):
        """What was said in documents of a kind that stand before one."""
        return [other["content"] for other in self.said(kind) if other["member"] < document["member"]]

    @property
    def phase(self):
        return self.case["phase"] if self.case else None

    def check_amounts(self):
        form, letter = self.newest("information-form"), self.newest("acceptance-letter")
        certificate = self.newest("contribution-certificate")
        forms = self.said("information-form")
        if form:
            self.check_sums(form["member"], form["content"]["request"], form["content"]["computation"])
        if certificate and forms:
            balances = [other["content"]["computation"]["accountFen"] for other in forms]
            if certificate["content"]["accountBalanceFen"] not in balances:
                self.find("amount-differs", certificate["member"], "its balance is the account of no form")
        if forms:
            for completion in self.said("completion-notice"):
                self.check_parts(completion)
        newest = self.newest("completion-notice")
        if newest and form and self.phase == "completed":
            if newest["content"]["formVersion"] != form["content"]["version"]:
                self.find("form-version-differs", newest["member"], "does not name the newest form")
        for document in (form, certificate):
            if document and letter and document["content"]["person"] != letter["content"]["person"]:
                self.find("person-differs", document["member"], "is about another person than the letter")

    def check_parts(self, completion):
        content = completion["content"]
        named = [
            form for form in self.before("information-form", completion) if form["version"] == content["formVersion"]
        ]
        if not named:
            self.find("form-version-differs", completion["member"], "names a form that does not stand before it")
            return
        amounts = named[-1]["computation"]
        for name, total in (("individualFen", "accountFen"), ("pooledFen", "pooledFen")):
            if content[name] != amounts[total]:
                self.find("amount-differs", completion["member"], f"{name} is not {total} of the information form")

    def check_money(self):
        for kind in ("remittance-advice", "return-advice"):
            keys = set()
            for advice in self.said(kind):
                if advice["content"]["orderKey"] in keys:
                    self.find("order-differs", advice["member"], "its order was advised before")
                keys.add(advice["content"]["orderKey"])
        for advice in self.said("remittance-advice"):
            self.check_order_advised(advice, "makesUp")
            letters = self.before("acceptance-letter", advice)
            if letters and advice["content"]["payee"] not in [letter["payee"] for letter in letters]:
                self.find("payee-differs", advice["member"], "the payee is not the one of the acceptance letter")
        for completion in self.said("completion-notice"):
            self.check_order_advised(completion, "orderKey")
        for request in self.said("recall-request"):
            self.check_order_advised(request, "orderKey")
        for advice in self.said("return-advice"):
            if advice["content"]["ground"] != "surplus" or self.phase not in UNTRANSFERRED:
                self.check_order_advised(advice, "returns")
        for bounce in self.said("bounce-notice"):
            self.compare_to_advice(bounce, "remittance-advice")
        for confirmation in self.said("return-confirmation"):
            if not self.compare_to_advice(confirmation, "return-advice"):
                self.find("order-differs", confirmation["member"], "no return of that order was advised before")
        self.check_total()

    def check_order_advised(self, document, name):
        key = document["content"].get(name)
        if key and key not in [advice["orderKey"] for advice in self.before("remittance-advice", document)]:
            self.find("order-differs", document["member"], f"{name} is no order that was advised before")

    def compare_to_advice(self, document, kind):
        """Compares a document with the advice of its order; False when there is none before it."""
        key = document["content"]["orderKey"]
        advised = [advice for advice in self.before(kind, document) if advice["orderKey"] == key]
        if advised and advised[0]["amountFen"] != document["content"]["amountFen"]:
            self.find("amount-differs", document["member"], "has another amount than the advice")
        return bool(advised)

    def check_total(self):
        forms, advices = self.said("information-form"), self.said("remittance-advice")
        if not forms or not advices:
            return
        bounced = {notice["content"]["orderKey"] for notice in self.said("bounce-notice")}
        confirmed = {confirmation["content"]["orderKey"] for confirmation in self.said("return-confirmation")}
        standing = [a["content"] for a in advices if a["content"]["orderKey"] not in bounced]
        returns = [r["content"] for r in self.said("return-advice") if r["content"]["orderKey"] in confirmed]
        if self.phase != "completed" and (len(standing), len(forms), len(self.said("return-advice"))) != (1, 1, 0):
            return

        def total(documents, test):
            return sum(content["amountFen"] for content in documents if test(content))

        due = forms[-1]["content"]["computation"]["transferFen"]
        least = total(standing, lambda advice: "makesUp" not in advice)
        least -= total(returns, lambda content: content["ground"] == "corrected")
        made = total(standing, lambda advice: "makesUp" in advice)
        beyond = total(returns, lambda content: content["ground"] in ("excess", "surplus"))
        if not least - beyond <= due <= least + made:
            self.find("amount-differs", advices[-1]["member"], "what was paid is not what the form transfers")

    def check_answers(self):
        for request in self.said("correction-request"):
            versions = [form["version"] for form in self.before("information-form", request)]
            if request["content"]["formVersion"] not in versions:
                self.find("form-version-differs", request["member"], "is about a form that does not stand before it")
        for kind, (question, name) in QUESTIONS.items():
            for answer in self.said(kind):
                asked = [
                    other["content"][name]
                    for other in self.said(question)
                    if other["member"] < answer["member"] and other["from"] != answer["from"]
                ]
                if answer["content"][name] not in asked:
                    self.find("answer-unasked", answer["member"], "answers what the other side has not asked")

    def check_sums(self, member, request, amounts):
        def total(name):
            return sum(line[name] for line in amounts["lines"])

        carried = request.get("carried", {}).get("balanceFen", 0)
        interest = sum(year["openingInterestFen"] + year["creditedInterestFen"] for year in amounts["years"])
        account = amounts["accountFen"]
        sums = {
            "principalFen": carried + total("principalFen"),
            "interestFen": interest,
            "accountFen": amounts["principalFen"] + amounts["interestFen"],
            "pooledFen": total("pooledFen"),
            "retainedFen": total("retainedFen"),
            "raisedFen": total("raisedFen"),
            "transferFen": account + amounts["pooledFen"] if amounts["moneyMoves"] else 0,
        }
        for name, expected in sums.items():
            if amounts[name] != expected:
                self.find("member-unreadable", member, f"{name} is not the sum of its parts")
        if len(amounts["lines"]) != len(request["lines"]):
            self.find("member-unreadable", member, "a line has no amounts")

    def check_postings(self):
        if not self.postings:
            return
        postings = self.postings["postings"]
        for place, posting in enumerate(postings, 1):
            if sum(line["amountFen"] for line in posting["lines"]) != 0:
                self.find("posting-unbalanced", "postings.json", f"posting {place} does not sum to zero")
        self.compare_postings("credit-posted", "completion-notice", lambda content: -content["individualFen"])
        self.compare_postings("return-paid", "return-advice", lambda content: None)
        self.compare_postings("remittance-paid", "remittance-advice", lambda content: None)
        if not self.case or self.case["role"] != "destination":
            return
        if self.phase not in RESTORED | UNTRANSFERRED | {"completed"}:
            return
        for accounts in ("suspense:", "in-transit-to:"):
            lines = [line for posting in postings for line in posting["lines"] if line["account"].startswith(accounts)]
            if sum(line["amountFen"] for line in lines) != 0:
                self.find("funds-unsettled", "postings.json", f"money is left in {accounts}")

    def compare_postings(self, kind, document_kind, individual):
        """Compares the nth posting of a kind with the nth document that says its amount."""
        postings = [posting for posting in self.postings["postings"] if posting["kind"] == kind]
        for posting, document in zip(postings, self.said(document_kind)):
            lines = {line["account"]: line["amountFen"] for line in posting["lines"]}
            content = document["content"]
            amount = content.get("amountFen", content.get("individualFen", 0) + content.get("pooledFen", 0))
            booked = sum(value for value in lines.values() if value > 0)
            own = individual(content)
            if booked != amount or (own is not None and lines.get("individual:pension", 0) != own):
                self.find("posting-differs", "postings.json", f"{kind} is not what {document['member']} says")


def examine(anchors, data, schemas, now, stamp_trust=()):
    """Findings, and remarks that are none."""
    verification = Verification(anchors, data, schemas, now, stamp_trust)
    verification.run()
    return verification.findings, verification.remarks


def verify(anchors, data, schemas, now):
    return examine(anchors, data, schemas, now)[0]


def main(arguments):
    now, stamp_trust = int(time.time()), []
    while len(arguments) > 2 and arguments[0] in ("--at", "--stamp-trust"):
        if arguments[0] == "--at":
            now = seconds(arguments[1])
        else:
            with open(arguments[1], encoding="ascii") as file:
                stamp_trust = pem_certificates(file.read())
        arguments = arguments[2:]
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    anchors = open(arguments[0], encoding="ascii").read()
    schemas = Schemas()
    status = 0
    for path in arguments[1:]:
        with open(path, "rb") as file:
            findings, remarks = examine(anchors, file.read(), schemas, now, stamp_trust)
        for remark in remarks:
            print(f"remark: {remark}")
        for member, code, sentence in findings:
            print(f"{member}: {code}: {sentence}")
            status = 1
        if not findings:
            print("OK")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
