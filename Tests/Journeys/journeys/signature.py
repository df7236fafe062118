"""A document with a wrong signature changes nothing; the offices ask and answer, and send again."""

import os
import sys

from network import need
from pages import check

FAULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Faults", "inputs", "lib")


def play(stage):
    browser, network = stage.browser, stage.network
    number = stage.lodge(stage.person())
    stage.decide(stage.here, number, "accept")
    network.reaches(stage.origin, number, "checking")
    before = len(stage.here.api("window-1", "GET", "/api/v1/cases/" + number).json["events"])
    answer = forged(stage, number)
    need(answer.status >= 400 or answer.result == "refused", "a wrong signature was taken: %s" % answer.word)
    need("signature" in (answer.code or ""), "a wrong signature was refused for another reason: %s" % answer.word)
    case = stage.here.api("window-1", "GET", "/api/v1/cases/" + number).json
    need(len(case["events"]) == before, "a document with a wrong signature has changed the case")

    # The destination asks what is the matter, on its pages, and the origin answers.
    browser.log_in(stage.here, "li.na")
    browser.open(stage.here.pages + "/desk/cases/%s/decide/ask" % number)
    browser.fill(subject="papers-missing", text="收到的文书签名不符，请核对后重发。")
    check(browser, "signature-ask")
    browser.click_button("提交复核", "Hand to")
    stage.approve_shown(stage.here)
    network.wait(lambda: "query-received" in legs(stage.origin, number), "the query to come to the origin")
    browser.log_in(stage.origin, "li.na")
    browser.open(stage.origin.pages + "/stalled/" + number)
    check(browser, "signature-query")
    browser.open(stage.origin.pages + "/desk/cases/%s/decide/answer" % number)
    browser.fill(outcome="confirmed", text="该文书不是本机构签发的。")
    browser.click_button("提交复核", "Hand to")
    stage.approve_shown(stage.origin)
    network.wait(lambda: "query-asked" not in legs(stage.here, number), "the answer to come back")
    # What was right is sent again, and nothing comes twice.
    count = len(stage.origin.api("window-1", "GET", "/api/v1/cases/" + number).json["events"])
    again = stage.here.api("li.na", "POST", "/api/v1/staff/cases/%s/resend" % number)
    need(again.status == 202, "sending again got %d" % again.status)
    now = len(stage.origin.api("window-1", "GET", "/api/v1/cases/" + number).json["events"])
    need(now == count, "sending again has changed the case at the origin")


def legs(office, number):
    answer = office.api("window-1", "GET", "/api/v1/cases/" + number)
    return [leg["phase"] for leg in answer.json["legs"]] if answer.status == 200 else []


def forged(stage, number):
    """A letter as the origin would send one, with one bit of the signature turned over."""
    sys.path.append(FAULTS)
    import documents
    import wire

    origin = stage.origin.folder
    signer = documents.Signer(origin + "/keys/signing.key", origin + "/keys/signing.pem")
    keys = (origin + "/keys/tls.pem", origin + "/keys/tls.key")
    paper = documents.envelope("return-note", number, stage.origin.code, stage.here.code, 1, None, {"reason": "RJ06"})
    jws = signer.sign(documents.dumps(paper))
    body, signature = jws.rpartition(b".")[0], bytearray(documents.parts(jws)[2])
    signature[9] ^= 1
    line = wire.Line(stage.peer_port(stage.here), wire.context(keys, stage.network.folder + "/network/root.pem"))
    try:
        return line.post(body + b"." + documents.b64(bytes(signature)))
    finally:
        line.close()
