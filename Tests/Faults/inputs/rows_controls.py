"""Controls: the judge must find what is wrong. Wrong expectations, good documents that are said to be bad, and a write
into the store behind an answer that says that nothing was kept."""

import network
import people
import wire
from documents import dumps
from rig import Case


def run(rig, catalogue):
    found = []

    def control(name, cases):
        outcomes = [rig.run("control", case, case.expect) for case in cases]
        found.append({"name": name, "tried": len(outcomes), "found": sum(bool(one.faults) for one in outcomes)})

    line = rig.lines[network.ORIGIN]
    ping = wire.ping(rig.net.origin.peers)
    control(
        "a good answer where the row wants a refusal",
        [
            Case("ping", lambda: line.send(ping), "400 *"),
            Case("ping again", lambda: line.send(ping), "alert / closed"),
            Case("a good certificate", lambda: wire.handshake(rig.net.origin.peers, rig.tls), "alert"),
        ],
    )
    control(
        "a refusal with another code than the row's",
        [
            Case("no signature", lambda: rig.sent(rig.signer.sign(dumps(rig.letter()))[:-20]), "403 *"),
            Case("no JSON", lambda: rig.signed(b"{"), "400 json-depth"),
        ],
    )

    def good():
        person = rig.next_person()
        rig.net.records(network.ORIGIN, people.origin_rows(person))
        return rig.signed(rig.letter(person=person))

    control(
        "a good document that is said to be bad, and is taken",
        [Case("letter", good, "refused * / 400 *") for _ in range(3)],
    )
    rig.settle()

    def hidden():
        """A good document is taken, and the answer is told as if it had been refused."""
        good()
        return "400 json-syntax"

    control(
        "something is stored behind an answer that refuses",
        [Case("letter", hidden, "400 json-syntax") for _ in range(3)],
    )
    rig.settle()

    def unsigned():
        answer = rig.signed(dict(rig.letter(), to=network.THIRD))
        signed, _, signature = answer.body.rpartition(b".")
        answer.body = signed + b"." + (b"A" if signature[:1] != b"A" else b"B") + signature[1:]
        return answer

    control("a receipt with a broken signature", [Case("receipt", unsigned, "refused wrong-recipient")])

    def late():
        import time

        time.sleep(1.1)
        return line.send(ping)

    control("an answer that comes late", [Case("1.1 s", late, "200 -")])
    return found
