"""Rows BN: payloads that are signed well and are not the JSON that is read here."""

import network
from documents import dumps
from rig import Case


def rows(rig):
    def case(name, payload, expect=None):
        def act():
            return rig.sent(rig.signer.sign(payload if isinstance(payload, bytes) else payload.encode()))

        return Case(name, act, expect)

    def letter():
        return dumps(rig.letter()).decode()

    def inside(text):
        """A good letter with one more thing in its content."""
        return letter().replace('"content":{', '"content":{' + text + ",", 1)

    def value(text):
        """A good letter whose version is written like this."""
        return letter().replace('"version":1', '"version":' + text, 1)

    def name(text):
        return letter().replace("测试", text, 1)

    yield "BN1", [
        case("at the top", letter().replace('"format"', '"format":"jiexu/1","format"', 1)),
        case("in the content", inside('"version":1')),
        case("in a person", letter().replace('"name"', '"name":"a","name"', 1)),
        case("three times", inside('"x":1,"x":1,"x":1')),
        case("empty names", inside('"":1,"":2')),
    ]
    yield "BN2", [
        case("first", inside('"\\u0076ersion":1')),
        case("last", letter().replace('"purpose"', '"\\u0070urpose":"move","purpose"', 1)),
    ]
    yield "BN3", [
        case("é", inside('"\u00e9":1,"e\u0301":2')),
        case("Å", inside('"\u00c5":1,"\u212b":2')),
        case("豈", inside('"\u8c48":1,"\uf900":2')),
    ]
    yield "BN4", [
        case("object", letter()[:-1] + ",}"),
        case("list", letter().replace("[]", "[,]")),
        case("list of one", letter().replace("[]", '["medical",]')),
        case("two", inside('"x":1,')),
        case("first", "{," + letter()[1:]),
    ]
    yield "BN5", [
        case("before", b"\xef\xbb\xbf" + letter().encode()),
        case("inside a text", name("\ufeff测"), "400 json-text"),
        case("after", letter().encode() + b"\xef\xbb\xbf", "400 json-syntax"),
    ]
    yield "BN6", [
        case(code, letter().encode(code))
        for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "gb18030")
    ]
    yield "BN7", [case(text, text + letter()) for text in ("/* a */", "// a\n", "# a\n")] + [
        case("single quotes", letter().replace('"format"', "'format'")),
        case("bare name", letter().replace('"format"', "format")),
        case("comment inside", letter().replace("{", "{/**/", 1)),
    ]
    yield "BN8", [case(repr(text), letter() + text) for text in ("{}", "1", "a", "\0", "]", "}", ",", "null", "\x0c")]
    yield "BN9", [
        case(repr(text), text)
        for text in (" ", "\n", "null", "[]", '"a"', "1", "true", "[1]", '[{"format":"jiexu/1"}]')
    ] + [case("{}", "{}", "400 *")]
    yield "BN10", [
        case("%d %s" % (depth, kind), inside('"x":' + opening * depth + closing * depth), "400 json-depth / 413 *")
        for depth in (15, 17, 512, 10_000, 100_000)
        for kind, opening, closing in (("lists", "[", "]"), ("objects", '{"a":', "}"))
    ] + [case("100,000 lists at the top", "[" * 100_000 + "]" * 100_000, "400 *")]
    yield "BN11", [
        case("20,001 elements", letter().replace("[]", "[" + ",".join(["1"] * 20_001) + "]")),
        case("250,000 elements", letter().replace("[]", "[" + ",".join(["1"] * 250_000) + "]")),
        case("20,001 members", inside(",".join('"m%d":1' % n for n in range(20_001)))),
        case("a million elements", letter().replace("[]", "[" + ",".join(["1"] * 1_000_000) + "]")),
    ]
    yield "BN12", [
        case("700,000 letters", name("a" * 700_000), "refused invalid-format"),
        case("1,200,000 letters", name("a" * 1_200_000), "413 body-too-long"),
    ]
    numbers = {
        "BN13": ("1.0", "0.0", "1.5", "100.00"),
        "BN14": ("1e2", "1E2", "1e+2", "1e-2", "1e0", "0e0"),
        "BN15": ("-0", "-0.0"),
        "BN16": (
            "01",
            "+1",
            ".5",
            "1.",
            "0x10",
            "1_000",
            "00",
            "-01",
            "- 1",
            "--1",
            "1 000",
            "０",
            "１",
            "٣",
            "1f",
            "0b1",
            "0o7",
            "1,000",
            "-",
        ),
        "BN18": (
            "9223372036854775808",
            "18446744073709551616",
            "1" + "0" * 400,
            "9" * 100_000,
            "-9223372036854775809",
            "1000000000000000000",
        ),
        "BN19": ("NaN", "Infinity", "-Infinity", "nan", "inf", "-NaN"),
        "BN20": ("0." + "1" * 39, "123456789012345678901234567890123456789.5", "1" * 39, "3.141592653589793238462643"),
    }
    for row in ("BN13", "BN14", "BN15", "BN16"):
        yield row, [case(text, value(text)) for text in numbers[row]]
    yield "BN17", [case(text, value(text)) for text in ("9007199254740993", "9007199254740992", "999999999999999999")]
    for row in ("BN18", "BN19", "BN20"):
        yield row, [case(text[:30], value(text)) for text in numbers[row]]
    broken = (
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf5\x80\x80\x80",
        b"\xff",
        b"\x80",
        b"\xe6\xb5",
        b"\xf0\x80\x80\xaf",
        b"\xc1\xbf",
        b"\xf4\x90\x80\x80",
        b"\xe0\x80\xaf",
        b"\xfe",
        b"\xc2",
        b"\xef\xbf",
    )
    yield "BN21", [case(text.hex(), letter().encode().replace("测试".encode(), text)) for text in broken] + [
        case("in a name", inside('"@":1').encode().replace(b"@", b"\xff"))
    ]
    yield "BN22", [
        case(text, name(text))
        for text in ("\\ud800", "\\udc00\\ud800", "\\ud800a", "\\udfff", "\\ud800\\ud800", "\\uD83D")
    ]
    yield "BN23", [case("in a value", name("a\\u0000b")), case("in a name", inside('"a\\u0000":1'))]
    yield "BN24", [case("%02x" % byte, name("a%sb" % chr(byte))) for byte in (0, 1, 8, 9, 10, 13, 27, 31)] + [
        case("%02x escaped" % byte, name("a\\u%04xb" % byte)) for byte in (1, 8, 27, 31, 127, 133, 159)
    ]
    hidden = (
        "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2060\u00ad\u061c\ufeff\ufffe\uffff"
        "\ufdd0\ue000\U000e0041\U000f0000\u2028\u2029"
    )
    yield "BN25", [case("U+%04X" % ord(one), name("测%s试" % one)) for one in hidden] + [
        case("U+202E escaped", name("测\\u202e试")),
        case("not composed", name("e\u0301")),
    ]
    yield "BN26", [
        case(text, name(text))
        for text in (
            "\\q",
            "\\x41",
            "\\u12G4",
            "\\u12",
            "\\u",
            "\\",
            "\\'",
            "\\U00000041",
            "\\0",
            "\\a",
            "\\u+123",
            "\\ud83d\\u12",
        )
    ]
    kinds = ("null", "true", "false", '"1"', "[]", "{}", "[1]")
    yield "BN27", [case("version " + text, value(text)) for text in kinds] + [
        case(member + " " + text, letter().replace('"%s":' % member, '"%s":%s,"%s_":' % (member, text, member), 1))
        for member in (
            "name",
            "residentId",
            "payouts",
            "sequence",
            "case",
            "from",
            "kind",
            "format",
            "issuedAt",
            "previous",
            "maker",
            "content",
            "office",
            "payee",
        )
        for text in ("true", "0", "null", "[]", "{}")
        if not (member == "previous" and text == "null") and not (member == "payouts" and text == "[]")
    ]
    yield "BN28", [
        case(text[:20], inside('"%s":1' % text))
        for text in (
            "__proto__",
            "constructor",
            "prototype",
            "toString",
            "",
            " ",
            "a" * 5_000,
            "$ref",
            "@type",
            "class",
            "version ",
            "Version",
            "../x",
            "a/b",
            "a~b",
            "'; DROP TABLE cases; --",
        )
    ]
    yield "BN29", [
        case(
            "100,000 names",
            "{" + ",".join('"%s":1' % ("Aa" if n % 2 else "BB") for n in range(100_000)) + "}",
            "400 json-duplicate / 400 json-members",
        ),
        case(
            "9,999 names of one length",
            inside(",".join('"k%06d":1' % n for n in range(9_900))),
            "refused unknown-field",
        ),
    ]
    yield "BN30", [
        case("version " + text, value('"%s"' % text))
        for text in ("1", "1e3abc", "1,5", " 1", "１", "٣", "1.00", "0x1", "-1", "")
    ]
    yield "BN31", [
        case(
            text,
            letter().replace('"issuedOn":"', '"issuedOn":"%s","issuedOn_":"' % text, 1),
            "refused invalid-format / refused unknown-field",
        )
        for text in (
            "2026-02-30",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "20260101",
            "2026-01-01T00:00:00Z",
            "0000-01-01",
            "10000-01-01",
            "2026/01/01",
            "01-01-2026",
            "2026-01-32",
            "2025-02-29",
            "+2026-01-01",
            "",
        )
    ] + [
        case(
            "time " + text,
            letter().replace('"issuedAt":"', '"issuedAt":"%s","issuedAt_":"' % text, 1),
            "400 invalid-format / 400 unknown-field",
        )
        for text in (
            "2026-02-30T01:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+25:00",
            "2026-01-01T00:00:60Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00z",
            "0000-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00+08:00",
        )
    ]
    yield "BN32", [case(text, text) for text in CORPUS]


# Texts that are almost JSON, or JSON and not what is read here; each is refused by the reader itself.
CORPUS = (
    "[",
    "]",
    "{",
    "}",
    '{"',
    '{"a',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a" 1}',
    '{"a"::1}',
    '{"a":1 "b":2}',
    "{1:1}",
    '{"a":}',
    "{:1}",
    '{"a":"a"b}',
    '{"a":tru}',
    '{"a":TRUE}',
    '{"a":nul}',
    '{"a":fals}',
    '{"a":truee}',
    '{"a":"\t"}',
    '{"a":"\n"}',
    "{\"a\":'a'}",
    '{"a":[}',
    '{"a":[1,}',
    '{"a":[1 2]}',
    '{"a":[,1]}',
    '{"a":[1,,2]}',
    '{"a":[[]}',
    '{"a":{]}',
    '{"a":-}',
    '{"a":-a}',
    '{"a":1a}',
    '{"a":1e}',
    '{"a":1e+}',
    '{"a":1.e1}',
    '{"a":.1}',
    '{"a":1..2}',
    '{"a":1ee2}',
    '{"a":1e2.3}',
    '{"a":0x1}',
    '{"a":1_0}',
    '{"a":(1)}',
    '{"a":<1>}',
    '{"a":*}',
    '{"a":&}',
    '{"a":"\\',
    '{"a":"\\"',
    '{"a":"\\u"}',
    '{"a":"\\u1"}',
    '{"a":"\\u123"}',
    '{"a":"\\u123G"}',
    '{"a":"\\ud800"}',
    '{"a":"\\uDC00"}',
    "{\u00a0}",
    "{\u2028}",
    "{\u3000}",
    "\u2060{}",
    "{}\u00a0",
    '{"a":undefined}',
    '{"a":None}',
    '{"a":True}',
    '{"a":1;}',
    '{"a"=1}',
    '{"a"=>1}',
    "{a:1}",
    "{'a':1}",
    '{"a":1}}',
    '{"a":1}]',
    '{"a":1}{"a":1}',
    '{"a":1},',
    '{"a":1}\x00',
    "\x00",
    "\x7f",
    "a",
    "+1",
    "-",
    "\\u007b}",
    "<a/>",
    "---\na: 1",
    "a=1",
    '{"a":`1`}',
    '{"a":1,"a"}',
    '{"a":1:2}',
    '{"a":[1:2]}',
    '{"a":["a":1]}',
    '{,"a":1}',
    '{"a":1,,"b":2}',
    '{"a","b"}',
    '{"a":/1/}',
    '{"a":1/*x*/}',
    '{"a":1//x\n}',
    '{"a":#}',
    '{"a":@}',
    '{"a":\u201ca\u201d}',
    "{\u201ca\u201d:1}",
    '{"a":١}',
    '{"a":1\u00a0}',
    '{"a":"a\x1f"}',
)
