"""Rows BS and BB: documents that are signed well and say something that cannot stand.

Two cases serve as the ground: one that the hostile peer opens at the origin by a letter, and one that the destination
opens towards the hostile peer, whose papers it then awaits.
"""

import copy
import json
import threading
import time

import network
import people
import wire
from documents import digest, dumps, envelope, payload_of, parts, today
from rig import Case


def walk(value, path=()):
    """Every object inside a value, the first of a list standing for all, with its path."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from walk(member, path + (name,))
    elif isinstance(value, list) and value:
        yield from walk(value[0], path + (0,))


def changed(value, path, change):
    """A copy in which the object at a path was changed."""
    made = copy.deepcopy(value)
    place = made
    for step in path:
        place = place[step]
    change(place)
    return made


def put(value, path, member):
    """A copy with another member at a path."""
    return changed(value, path[:-1], lambda place: place.__setitem__(path[-1], member))


class Story:
    """A case at the destination whose origin is the hostile peer, which sends its documents one after the other."""

    def __init__(self, rig, template):
        self.rig, self.node = rig, rig.net.destination
        self.person = rig.next_person()
        rig.net.records(network.DESTINATION, people.destination_rows(self.person))
        status, self.number = self.node.lodge(self.person, network.EVIL, "story-" + self.person)
        for _ in range(100):
            found = self.node.read(
                "SELECT d.bytes FROM documents d JOIN cases c ON c.id = d.case_id WHERE c.number = ?", self.number
            )
            if found:
                break
            time.sleep(0.05)
        rig.settle()
        self.letter = payload_of(found[0][0])
        self.previous, self.sequence = digest(parts(found[0][0])[1]), 1
        self.form = json.loads(json.dumps(template["information-form"]).replace(network.ORIGIN, network.EVIL))
        self.form["person"]["residentId"] = self.person
        self.certificate = dict(template["contribution-certificate"], person=self.form["person"])
        key = self.number + "/P1"
        self.advice = dict(template["remittance-advice"], orderKey=key, payee=self.letter["content"]["payee"])

    def value(self, kind, content, **members):
        value = envelope(kind, self.number, network.EVIL, network.DESTINATION, self.sequence, self.previous, content)
        value.update(members)
        return value

    def send(self, value):
        """Sends it; a document that was taken or refused has used up its place."""
        body = dumps(value)
        answer = self.rig.signed(body, network.DESTINATION)
        if answer.result:
            self.sequence += 1
        return answer

    def case(self, name, kind, content, expect=None, **members):
        return Case(name, lambda: self.send(self.value(kind, content, **members)), expect)


def template(rig):
    """The papers of a good transfer between the two nodes."""
    person = rig.next_person()
    rig.net.records(network.ORIGIN, people.origin_rows(person))
    rig.net.records(network.DESTINATION, people.destination_rows(person))
    number = rig.net.destination.lodge(person, network.ORIGIN, "template")[1]
    for _ in range(300):
        found = rig.net.destination.read(
            "SELECT d.kind, d.bytes FROM documents d JOIN cases c ON c.id = d.case_id WHERE c.number = ?", number
        )
        if len(found) == 5:
            rig.recorded = [(kind, bytes_) for kind, bytes_ in found]
            return {kind: payload_of(bytes_)["content"] for kind, bytes_ in found}
        time.sleep(0.05)
    raise SystemExit("the good transfer that the rows are made from did not complete")


def rows(rig):
    papers = template(rig)
    rig.settle()
    yield from letters(rig)
    yield from forms(rig, papers)
    yield from business(rig, papers)


def letters(rig):
    """What the first document of a case may say wrongly."""

    def case(name, value, expect=None):
        return Case(name, lambda: rig.signed(value() if callable(value) else value), expect)

    def content(*path_and_value):
        return lambda: put(rig.letter(), ("content",) + path_and_value[:-1], path_and_value[-1])

    plain = rig.letter()
    full = rig.letter()
    full["content"]["payouts"] = ["medical"]
    full["content"]["payoutAccount"] = dict(network.account(network.EVIL), holder="测试", number="6217000000000000004")
    yield "BS1", [
        case(
            "/".join(map(str, path)) or "top",
            (
                lambda path: lambda: changed(
                    dict(full, case=rig.next_case()), path, lambda place: place.__setitem__("x", 1)
                )
            )(path),
        )
        for path, _ in walk(full)
    ]
    optional = {("content", "moves")}
    yield "BS2", [
        case(
            "/".join(map(str, path + (name,))),
            (
                lambda path, name: lambda: changed(
                    full if path == () and name == "case" else dict(full, case=rig.next_case()),
                    path,
                    lambda place: place.pop(name),
                )
            )(path, name),
        )
        for path, members in walk(full)
        for name in members
        if path + (name,) not in optional
    ]
    yield "BS3", [
        case(repr(word), lambda word=word: dict(rig.letter(), format=word))
        for word in ("jiexu/2", "jiexu/0", "jiexu/1 ", " jiexu/1", "jiexu/1.0", "JIEXU/1", "jiexu/01", "", "1")
    ]
    yield "BS4", [
        case(kind, lambda kind=kind: dict(rig.letter(), kind=kind))
        for kind in (
            "",
            "letter",
            "Acceptance-letter",
            "acceptance-letter ",
            "receipt",
            "contribution-certificate",
            "information-form",
            "completion-notice",
            "end-notice",
            "reminder",
            "query",
        )
    ]
    number = rig.next_case()
    swapped = number[:-1] + ("0" if number[-1] != "0" else "1")
    yield "BS5", [
        case(text[:30], lambda text=text: dict(rig.letter(), case=text))
        for text in (
            "",
            swapped,
            number.lower() + "a",
            number + " ",
            " " + number,
            number.replace("-", ""),
            number.replace("-", "‐"),
            number.replace("2026", "２０２６"),
            number[:6] + "-2026-0000000-0",
            number[:6] + "-1800-0000001-0",
            "a" * 1000,
            number[:-2],
            "330100-2026-00000001-0",
            "000000-2026-0000001-0",
            number.replace("3", "З", 1),
        )
    ]
    good = people.resident_id(7001)
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    yield "BS6", [
        case(text, content("person", "residentId", text))
        for text in (
            wrong,
            good[:17],
            good[:15],
            "11010519491231002x",
            good + "0",
            "440520197713010014",
            "440520197702300017",
            "",
            "44052019770101００１4",
            "000000197701010010",
            good[:6] + " " + good[6:],
            "A" + good[1:],
            "44052021990101001X",
        )
    ]
    names = (
        ("compatibility", "\uf900", "refused *"),
        ("not composed", "e\u0301", None),
        ("private", "\ue000", None),
        ("space", " ", None),
        ("ideographic space", "\u3000", None),
        ("empty", "", None),
        ("300", "测" * 300, None),
        ("space before", " 测试", None),
        ("space after", "测试 ", None),
        ("line break", "测\n试", None),
    )
    yield "BS7", [
        case(
            word,
            content("person", "name", text),
            expect if expect != "refused *" else "refused * / 400 json-text / accepted",
        )
        for word, text, expect in names
    ]
    for text, word in (("𠀀𠮷", "extension B"), ("𪚥㐀", "extensions A and C"), ("·迪力", "with a dot")):
        person = rig.next_person()
        yield "BS7", [
            Case(
                "taken: " + word,
                lambda text=text, person=person: rig.signed(
                    put(rig.letter(person=person), ("content", "person", "name"), text)
                ),
                "accepted",
            )
        ]
    yield "BS8", [
        case("from " + text, lambda text=text: dict(rig.letter(), **{"from": text}))
        for text in (network.THIRD, "999999", "", "33010", "3301000", network.ORIGIN)
    ] + [
        case("to " + text, lambda text=text: dict(rig.letter(), to=text))
        for text in ("999999", "", network.EVIL, "44030")
    ] + [
        case("number of " + text, lambda text=text: dict(rig.letter(), case=people.case_number(text, 2026, 9)))
        for text in (network.THIRD, network.ORIGIN, network.DESTINATION)
    ]
    yield "BS9", [
        case(repr(text), content("payouts", text))
        for text in (
            ["pension"],
            ["unemployment"],
            ["pooled"],
            ["medical-pooled"],
            ["Medical"],
            [1],
            "medical",
            ["medical", None],
        )
    ]
    yield "BS22", [
        Case(
            repr(text[:30]),
            lambda text=text: rig.signed(put(rig.letter(), ("content", "office", "address"), text)),
            "400 json-text" if text in ("a\nb", "a\r\nSet-Cookie: x", "\u202e") else "accepted",
        )
        for text in (
            "<script>alert(1)</script>",
            "'; DROP TABLE cases; --",
            "$(id)",
            "`id`",
            '=HYPERLINK("x")',
            "@SUM(A1)",
            "{{7*7}}",
            "${7*7}",
            "%s%n%x",
            "../../etc/passwd",
            "\\x1b[31m",
            "a\nb",
            "a\r\nSet-Cookie: x",
            "<!--#exec cmd=id-->",
            "\u202e",
        )
    ]
    account = network.account(network.EVIL)
    yield "BS23", [
        case(word, content("payee", dict(account, **change)))
        for word, change in (
            (
                "bank code with another check digit",
                {"bankCode": account["bankCode"][:-1] + str((int(account["bankCode"][-1]) + 1) % 10)},
            ),
            ("bank code of 11 digits", {"bankCode": account["bankCode"][:-1]}),
            ("another number", {"number": "6217000000000000004"}),
            ("another holder", {"holder": "李四"}),
            ("letters", {"number": "62A7"}),
            ("empty", {"number": ""}),
            ("the third agency's account", network.account(network.THIRD)),
            ("33 digits", {"number": "1" * 33}),
            ("full-width", {"number": "３７００"}),
        )
    ]
    yield "BS25", [
        case(
            "a second number in the payout account",
            lambda: changed(
                dict(full, case=rig.next_case()),
                ("content", "payoutAccount"),
                lambda place: place.__setitem__("holder", "李四"),
            ),
        )
    ]
    yield "BS21", [
        case("issued in ten years", content("issuedOn", "2036-01-01")),
        case("issued before the case", content("issuedOn", "2010-01-01")),
    ]
    yield "BS19", [
        case(repr(number), lambda number=number: dict(rig.letter(), sequence=number), expect)
        for number, expect in (
            (0, "400 out-of-range"),
            (-1, "400 out-of-range"),
            (2, None),
            (3, None),
            (2**63, None),
            (10**17, None),
            (2**31, None),
            (1.5, "400 json-number"),
        )
    ]


def forms(rig, papers):
    """What the papers of the origin may say wrongly, at a destination that awaits them."""
    story = Story(rig, papers)
    certificate, form, advice = story.certificate, story.form, story.advice

    yield "BB6", [
        story.case("the form first", "information-form", form),
        story.case("the advice first", "remittance-advice", advice),
        Case(
            "the second before the first",
            lambda: story.send(story.value("contribution-certificate", certificate, sequence=story.sequence + 1)),
            "409 out-of-order",
        ),
    ]
    yield "BB7", [story.case("no papers", "remittance-advice", advice)]
    yield "BS18", [
        story.case(word, "contribution-certificate", certificate, previous=previous)
        for word, previous in (("unknown", digest(b"x")), ("null", None), ("itself", digest(dumps(certificate))))
    ][:1] + [
        story.case("null", "contribution-certificate", certificate, "refused chain / 400 * / refused *", previous=None),
        story.case("too short", "contribution-certificate", certificate, "400 invalid-format", previous="abc"),
    ]
    other = rig.recorded[0][1]
    yield "BB21", [
        story.case(
            "the letter of another case", "contribution-certificate", certificate, previous=digest(parts(other)[1])
        )
    ]
    for kind, content in (
        ("contribution-certificate", certificate),
        ("information-form", form),
        ("remittance-advice", advice),
    ):
        if kind == "information-form":
            yield "BS2", [story.case("good certificate", "contribution-certificate", certificate, "accepted")]
        if kind == "remittance-advice":
            yield from wrong_forms(story, form)
            yield "BS2", [story.case("good form", "information-form", form, "accepted")]
        yield "BS1", [
            story.case(
                kind + " " + "/".join(map(str, path)),
                kind,
                changed(content, path, lambda place: place.__setitem__("x", 1)),
            )
            for path, _ in walk(content)
            if path[-1:] != ("ratesBp",)
        ]
        yield "BS2", [
            story.case(
                kind + " " + "/".join(map(str, path + (name,))),
                kind,
                changed(content, path, lambda place: place.pop(name)),
                "refused *",
            )
            for path, members in walk(content)
            for name in list(members)
            if path[-1:] != ("ratesBp",)
            and name not in ("carried", "rules", "baseLimits", "region", "paidOn", "makesUp")
        ]
        if kind == "contribution-certificate":
            yield "BS10", [
                story.case("certificate %s" % amount, kind, dict(content, accountBalanceFen=amount))
                for amount in (-1, 10**15 + 1, 999999999999999999)
            ]
            yield "BS24", [
                story.case(
                    repr(word), "return-note", {"letterVersion": 1, "reason": word, "text": "x", "returnedOn": today()}
                )
                for word in ("RJ99", "", "rj01", "XX")
            ]
    yield "BS10", [
        story.case("advice %s" % amount, "remittance-advice", dict(advice, amountFen=amount))
        for amount in (-1, 0, 10**17, -(10**17))
    ]
    yield "BS11", [
        story.case(repr(word), "remittance-advice", dict(advice, currency=word)) for word in ("CNY", "cny", "USD", None)
    ]
    yield "BS8", [
        story.case(
            "the order of another case",
            "remittance-advice",
            dict(advice, orderKey=people.case_number(network.DESTINATION, 2026, 77) + "/P1"),
            "refused conflicting-fields",
        ),
        story.case("another leg", "remittance-advice", dict(advice, orderKey=story.number + "/R1"), "refused *"),
    ]
    yield "BS23", [
        story.case(
            "the payee of somebody else",
            "remittance-advice",
            dict(advice, payee=network.account(network.EVIL)),
            "refused * / accepted",
        )
    ][:0]
    yield "BB8", [story.case("one fen less", "remittance-advice", dict(advice, amountFen=advice["amountFen"] - 1))]
    yield "BB9", [story.case("the same order again", "remittance-advice", advice)]
    yield "BB15", [
        story.case(
            "the destination's notice, from the origin",
            "completion-notice",
            {
                "orderKey": story.number + "/P1",
                "individualFen": 1,
                "pooledFen": 1,
                "monthsJoined": 1,
                "bankReference": "C1",
                "completedOn": today(),
                "formVersion": 1,
            },
            "refused not-allowed",
        )
    ]
    yield "BB33", [
        story.case(
            "a return that was never owed",
            "return-advice",
            {
                "orderKey": story.number + "/R1",
                "returns": story.number + "/P1",
                "amountFen": 10**9,
                "ground": "surplus",
                "payee": network.account(network.EVIL),
                "bankReference": "R1",
                "paidOn": today(),
            },
        )
    ]
    other_rates = Story(rig, papers)
    rates = dict(form["request"]["interest"]["ratesBp"], **{"2020": 500})
    own_form = put(other_rates.form, ("request", "interest", "ratesBp"), rates)
    yield "BS17", [
        other_rates.case("its certificate", "contribution-certificate", other_rates.certificate, "accepted"),
        other_rates.case("other rates than it was reckoned with", "information-form", own_form),
    ]
    yield "BB12", [
        story.case(
            "of a form that is not recalled",
            "recall-answer",
            {"subject": "form", "outcome": "consented", "ground": None, "text": "x", "answeredOn": today()},
            "refused *",
        )
    ]


def wrong_forms(story, form):
    kind, sums = "information-form", form["computation"]

    def case(name, path, value, expect=None):
        return story.case(name, kind, put(form, path, value), expect)

    def lines(name, lines, expect=None):
        return story.case(name, kind, put(form, ("request", "lines"), lines), expect)

    totals = (
        "principalFen",
        "interestFen",
        "accountFen",
        "pooledFen",
        "retainedFen",
        "raisedFen",
        "withheldAccountFen",
        "withheldPooledFen",
        "transferFen",
    )
    yield "BS10", [
        case("%s %s" % (name, amount), ("computation", name), amount, "refused out-of-range / refused sum-differs")
        for name in totals
        for amount in (-1, 2**53, 10**17, 999999999999999999)
    ]
    yield "BS12", [
        case("%s %+d" % (name, more), ("computation", name), sums[name] + more, "refused sum-differs")
        for name in totals
        for more in (1, 100)
        if name not in ("retainedFen", "raisedFen", "withheldAccountFen", "withheldPooledFen")
    ] + [
        case(
            "two lines of 2^62",
            ("computation", "lines"),
            [dict(line, principalFen=2**62) for line in sums["lines"]],
            "400 json-range",
        ),
        case(
            "lines near the limit",
            ("computation", "lines"),
            [dict(line, principalFen=10**15) for line in sums["lines"]],
        ),
        case(
            "a year's closing",
            ("computation", "years", 0, "closingFen"),
            sums["years"][0]["closingFen"] + 1,
            "refused *",
        ),
    ]
    yield "BB45", [
        story.case(
            "one fen from the account to the pool",
            kind,
            put(
                put(form, ("computation", "accountFen"), sums["accountFen"] - 1),
                ("computation", "pooledFen"),
                sums["pooledFen"] + 1,
            ),
        ),
        story.case(
            "one fen from the principal to the interest",
            kind,
            put(
                put(form, ("computation", "principalFen"), sums["principalFen"] - 1),
                ("computation", "interestFen"),
                sums["interestFen"] + 1,
            ),
        ),
    ]
    made = form["request"]["lines"]
    first = made[0]
    yield "BS13", [
        lines(word, [dict(first, **change)] + made[1:])
        for word, change in (
            ("reversed", {"from": first["to"], "to": first["from"]}),
            ("month 13", {"to": "2012-13"}),
            ("month 00", {"from": "2012-00"}),
            ("of another year", {"from": "2011-03"}),
            ("before 1980", {"year": 1950, "from": "1950-01", "to": "1950-02"}),
            ("in the future", {"year": 2090, "from": "2090-01", "to": "2090-02"}),
            ("no month", {"from": "2012"}),
            ("a day", {"from": "2012-03-01"}),
        )
    ] + [
        lines(
            "overlapping", made[:1] + [dict(made[1], **{"year": 2012, "from": "2012-05", "to": "2012-06"})] + made[2:]
        ),
        lines("after the transfer", made + [dict(made[-1], **{"from": "2026-12", "to": "2026-12"})]),
        lines("none", [], "refused *"),
    ]
    yield "BS14", [lines("601 lines", [dict(first)] * 601), lines("1,000 lines", [dict(first)] * 1000)]
    yield "BS15", [lines("twice", made + [made[-1]])]
    yield "BS16", [
        lines(word, [dict(first, **change)] + made[1:])
        for word, change in (
            ("floor above ceiling", {"baseLimits": {"floorFen": 2000000, "ceilingFen": 400000}}),
            ("below zero", {"baseFen": -1}),
            ("beyond the limit", {"baseFen": 10**17}),
        )
    ]
    yield "BB44", [
        lines(word, [dict(first, kind=word)] + made[1:]) for word in ("housing", "medical", "pooled", "", "Ordinary")
    ]
    yield "BB43", [
        case("the scheme " + word, ("request", "destinationScheme"), word)
        for word in ("medical", "housing", "", "Employee")
    ] + [case("the relation " + word, ("request", "relation"), word) for word in ("medical", "housing")]
    yield "BS25", [
        case("another number", ("person", "residentId"), people.resident_id(6999), "refused person-differs"),
        case("another name", ("person", "name"), "李四", "refused person-differs"),
    ]
    yield "BS8", [
        case("regions " + word, ("request", word), network.THIRD, "refused *") for word in ("origin", "destination")
    ] + [case("region 999999", ("request", "origin"), "999999", "refused *")]
    yield "BS3", [
        case("letter version %r" % version, ("letterVersion",), version, "refused *") for version in (0, 2, 10**9)
    ] + [case("form version %r" % version, ("version",), version, "refused *") for version in (0, 2, 10**9)]


def business(rig, papers):
    """Documents that are good by themselves and come at the wrong time, twice, or from the wrong side."""
    line = rig.lines[network.ORIGIN]
    person = rig.next_person()
    rig.net.records(network.ORIGIN, people.origin_rows(person))
    value = rig.letter(person=person)
    document, state = rig.signer.sign(dumps(value)), {}

    def first():
        state["answer"] = rig.sent(document)
        return state["answer"]

    def again(code=network.ORIGIN):
        answer = rig.sent(document, code)
        return "same" if answer.body == state["answer"].body else answer

    yield "BB1", [Case("the first time", first, "accepted")] + [
        Case("again, %d" % turn, again) for turn in range(20)
    ] + [Case("signed anew", lambda: "same" if rig.signed(value).body == state["answer"].body else "another")]
    yield "BB2", [
        Case(word, lambda change=change: rig.signed(put(value, ("content",) + change[0], change[1])))
        for word, change in (
            ("another name", (("person", "name"), "李四")),
            ("another address", (("office", "address"), "示例路 2 号")),
            ("another person", (("person", "residentId"), rig.next_person())),
        )
    ]
    yield "BB3", [Case("a second letter", lambda: rig.signed(rig.letter(person=person)))]
    yield "BB24", [Case("a third letter", lambda: rig.signed(rig.letter(person=person)))]

    def third_letter():
        third = wire.Line(rig.net.origin.peers, wire.context(rig.third_keys, rig.root))
        made = rig.letter(case=people.case_number(network.THIRD, 2026, 1), person=person)
        made.update({"from": network.THIRD})
        made["content"].update(payee=network.account(network.THIRD), office=network.office(network.THIRD))
        return third.post(rig.third.sign(dumps(made)))

    yield "BB4", [Case("from the third agency", third_letter)]

    def race():
        contested = rig.next_person()
        rig.net.records(network.ORIGIN, people.origin_rows(contested))
        made, words, barrier = (
            [rig.signer.sign(dumps(rig.letter(person=contested))) for _ in range(8)],
            [],
            threading.Barrier(8),
        )

        def send(body):
            own = wire.Line(rig.net.origin.peers, rig.tls)
            own.open()
            barrier.wait(10)
            words.append(own.post(body).word)
            own.close()

        threads = [threading.Thread(target=send, args=(body,)) for body in made]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        return (
            "accepted"
            if sorted(set(words)) == ["accepted", "refused case-under-way"] and words.count("accepted") == 1
            else str(words)
        )

    yield "BB5", [Case("eight at once, %d" % turn, race) for turn in range(5)]

    def stranger():
        number = rig.net.destination.read("SELECT number FROM cases WHERE origin = ? LIMIT 1", network.ORIGIN)[0][0]
        return rig.signed(
            envelope(
                "recall-request",
                number,
                network.EVIL,
                network.ORIGIN,
                1,
                digest(b"x"),
                {"subject": "letter", "ground": "other", "text": "x", "requestedOn": today()},
            )
        )

    yield "BB13", [Case("of another pair's case", stranger)]
    receipt = dumps(
        {
            "format": "jiexu/1",
            "case": value["case"],
            "from": network.EVIL,
            "to": network.ORIGIN,
            "sequence": 1,
            "digest": digest(b"x"),
            "result": "accepted",
            "code": None,
            "pointer": None,
            "receivedAt": value["issuedAt"],
            "receiver": "node",
        }
    )
    yield "BB17", [Case("as a document", lambda: rig.sent(rig.signer.sign(receipt, "jiexu-receipt")))]
    yield "BB20", [
        Case(
            kind,
            lambda body=body: rig.sent(
                body, network.ORIGIN if payload_of(body)["to"] == network.ORIGIN else network.DESTINATION
            ),
        )
        for kind, body in rig.recorded
    ]
    yield "BB22", [
        Case(
            "a number of the origin's", lambda: rig.signed(rig.letter(case=people.case_number(network.ORIGIN, 2026, 5)))
        ),
        Case(
            "an origin's paper in its own case",
            lambda: rig.signed(
                envelope(
                    "contribution-certificate",
                    value["case"],
                    network.EVIL,
                    network.ORIGIN,
                    2,
                    digest(dumps(value)),
                    papers["contribution-certificate"],
                )
            ),
        ),
    ]
    own = rig.letter(case=people.case_number(network.ORIGIN, 2026, 6))
    own.update({"from": network.ORIGIN})
    yield "BB23", [Case("from itself to itself", lambda: rig.signed(own))]
    yield "BB28", [
        Case(
            "person %d" % number,
            lambda number=number: rig.signed(rig.letter(person=people.resident_id(20000 + number))),
        )
        for number in range(60)
    ]
    known = rig.next_person()
    rig.net.records(network.ORIGIN, people.origin_rows(known))
    yield "BB29", [
        Case("another name", lambda: rig.signed(put(rig.letter(person=known), ("content", "person", "name"), "侧试")))
    ]
    stray = rig.key(network.EVIL, "stray")
    yield "BB32", [Case("a key of the root", lambda: rig.sent(stray.sign(dumps(rig.letter()))))]
    yield "BB41", [
        Case(
            "sequence %d" % number,
            lambda number=number: rig.signed(dict(value, sequence=number, previous=digest(b"x"))),
        )
        for number in range(10, 110)
    ]
    yield "BT49", [
        Case(
            "the third's connection",
            lambda: wire.Line(rig.net.origin.peers, wire.context(rig.third_keys, rig.root)).post(
                rig.signer.sign(dumps(rig.letter()))
            ),
        )
    ]
