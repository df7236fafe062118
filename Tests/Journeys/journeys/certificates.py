"""The operator of one office changes its certificate with overlap while cases go on; nothing is restarted."""

import json
import os

import yaml

from network import need
from pages import check


def play(stage):
    browser, network, office = stage.browser, stage.network, stage.here
    old = in_use(office)
    number = stage.lodge(stage.person())
    done(network, "certs", "rotate", "tls", "--config", office.config, "--root", network.folder + "/network",
         "--host", "127.0.0.1", "--host", "localhost", "--years", "1")
    keys = office.folder + "/keys"
    directory(stage, {office.code: [keys + "/tls.pem", keys + "/tls-next.pem"]})
    network.wait(lambda: have_newest(network), "every office to have the new directory", 60)
    stage.decide(office, number, "accept")
    network.reaches(stage.origin, number, "checking")
    done(network, "certs", "rotate", "tls", "--config", office.config, "--finish")
    done(network, "certs", "reload", "--config", office.config)
    new = in_use(office)
    need(new and new != old, "the new certificate is not in use")
    # The old one goes out of the directory only now; both worked until then.
    directory(stage, {office.code: [keys + "/tls.pem"]})
    network.wait(lambda: have_newest(network), "every office to have the directory without the old one", 60)
    stage.decide(stage.origin, number, "check")
    network.reaches(stage.origin, number, "frozen")
    network.wait(lambda: network.phase(office, number) == "awaiting-advice", "papers to come over the new certificate")
    browser.log_in(office, "li.na")
    browser.open(office.pages + "/desk/cases/" + number)
    browser.says("待汇款通知", "awaiting advice")
    check(browser, "certificate-case")


def done(network, *words):
    status, said = network.run(*words)
    need(status == 0, "jiexu %s ended with %d: %s" % (" ".join(words[:3]), status, said))
    return said


def in_use(office):
    return office.ops("GET", "/ops/trust").json.get("tls")


def have_newest(network):
    """Whether every office works by the newest directory, and every peer has said so to it."""
    newest = network.directory_version
    for office in network.offices.values():
        office.ops("POST", "/ops/trust/reload")
        trust = office.ops("GET", "/ops/trust").json
        if trust["directory"]["version"] != newest:
            return False
        if any(peer.get("version", 0) < newest for peer in trust["peers"]):
            return False
    return True


def directory(stage, changed):
    """Signs the next directory from an entry file of each office, as its keeper would."""
    network = stage.network
    network.directory_version = getattr(network, "directory_version", 1) + 1
    entries = []
    for code, office in network.offices.items():
        with open(office.config, encoding="utf-8") as file:
            settings = yaml.safe_load(file)
        keys = office.folder + "/keys"
        entry = {
            "code": code, "nameChinese": office.chinese, "nameEnglish": office.english,
            "endpoint": "https://127.0.0.1:%d" % settings["peers"]["listen"]["port"],
            "tlsCertificates": changed.get(code, [keys + "/tls.pem"]),
            "signingCertificates": [{"file": keys + "/signing.pem"}],
            "deadlineProfile": "N2010", "workingDays": {"letter": 15, "origin": 15, "finish": 15},
            "account": settings["agency"]["account"],
        }
        entries.append(os.path.join(network.folder, "network", code + ".yaml"))
        with open(entries[-1], "w", encoding="utf-8") as out:
            out.write(json.dumps(entry, ensure_ascii=False))
    home = network.folder + "/network"
    done(network, "certs", "directory", "--key", home, "--root", home, "--version", str(network.directory_version),
         "--days", "360", "--previous", home + "/directory.jws", "-o", home + "/directory.jws", "--entries", *entries)
