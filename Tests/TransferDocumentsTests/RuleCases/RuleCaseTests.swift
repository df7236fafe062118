import Testing
import TransferDocuments

@Suite struct `The rule cases` {
    @Test func `are answered as expected, every one`() throws {
        let answers = answers(to: try lines(of: "cases.jsonl"))
        let expected = try lines(of: "expected.jsonl")
        #expect(answers.count == expected.count && expected.count > 100)
        for (answer, expected) in zip(answers, expected) {
            #expect(try content(answer) == content(expected), "\(String(decoding: answer, as: UTF8.self))")
        }
    }

    @Test(
        arguments: [
            ("", nil), ("  \t\r", nil), ("[]", "invalid-json $"), ("{", "invalid-json $"),
            (#"{"id":"a","id":"a"}"#, "invalid-json $"), (#"{}"#, "missing-field $.id"),
            (#"{"id":1}"#, "wrong-type $.id"), (#"{"id":""}"#, "invalid-format $.id"),
            (#"{"id":"a","kind":"b","input":{},"z":1,"b":2}"#, "unknown-field $.b"),
            (#"{"id":"a","kind":"b"}"#, "unknown-value $.kind"),
            (#"{"id":"a","kind":"funds"}"#, "missing-field $.input"),
            (#"{"id":"a","kind":"funds","input":[]}"#, "wrong-type $.input"),
            (#"{"id":"a","kind":"funds","input":{"\u0041 \"b":1}}"#, #"unknown-field $.input.A "b"#),
            (#"{"id":"a","kind":"eligibility","input":{"x":1}}"#, "missing-field $.input.request"),
            (#"{"id":"a","kind":"eligibility","input":{"request":"x","x":1}}"#, "unknown-value $.input.request"),
            (#"{"id":"a","kind":"identifier","input":{"type":"bank-code","value":true}}"#, "wrong-type $.input.value"),
        ] as [(String, String?)])
    func `say the first thing that is wrong with a line`(line: String, fault: String?) throws {
        #expect(try RuleCases.answer(Array(line.utf8)).map { try self.fault($0) } == fault)
    }

    /// Each change to one field of a good case, and the fault it makes.
    @Test(arguments: [
        (#""baseFen":500000"#, #""baseFen":-1"#, "negative-money $.input.lines[0].baseFen"),
        (#""baseFen":500000"#, #""baseFen":10000000001"#, "out-of-range $.input.lines[0].baseFen"),
        (#""baseFen":500000"#, #""baseFen":9223372036854775808"#, "out-of-range $.input.lines[0].baseFen"),
        (#""baseFen":500000"#, #""baseFen":5e5"#, "wrong-type $.input.lines[0].baseFen"),
        (#""baseFen":500000"#, #""baseFen":true"#, "wrong-type $.input.lines[0].baseFen"),
        (#""ownShareBp":800"#, #""ownShareBp":10001"#, "out-of-range $.input.lines[0].ownShareBp"),
        (#""year":2020"#, #""year":1979"#, "out-of-range $.input.lines[0].year"),
        (#""from":"2020-04""#, #""from":"2020-4""#, "invalid-format $.input.lines[0].from"),
        (#""from":"2020-04""#, #""from":"2080-13""#, "out-of-range $.input.lines[0].from"),
        (#""from":"2020-04""#, #""from":"2020-13""#, "impossible-date $.input.lines[0].from"),
        (#""origin":"440100""#, #""origin":"990100""#, "unknown-value $.input.origin"),
        (#""destination":"330100""#, #""destination":"910000""#, "unknown-value $.input.destination"),
        (#""2020":604"#, #""2020":1501"#, "out-of-range $.input.interest.ratesBp.2020"),
        (#""2020":604"#, #""20":604,"19":"x""#, "invalid-format $.input.interest.ratesBp.19"),
        (#""2020":604"#, #""2080":604"#, "out-of-range $.input.interest.ratesBp.2080"),
        (#""2020":604"#, #""2021":604"#, "missing-rate $.input.interest.ratesBp.2020"),
        (#""lines":["#, #""carried":null,"lines":["#, "wrong-type $.input.carried"),
        (#""kind":"ordinary""#, #""kind":"Ordinary""#, "unknown-value $.input.lines[0].kind"),
        (
            #""kind":"ordinary""#, #""kind":"ordinary","paidOn":"2020-05-01""#,
            "conflicting-fields $.input.lines[0].paidOn"
        ),
    ])
    func `name the field and the fault`(good: String, bad: String, fault: String) throws {
        let line = RuleCaseSamples.funds
        try #require(line.contains(good))
        let changed = line.replacing(good, with: bad)
        #expect(try RuleCases.answer(Array(changed.utf8)).map { try self.fault($0) } == fault)
    }

    @Test func `limit lists before they look at an item`() throws {
        let line = RuleCaseSamples.funds.replacing(
            #""lines":[{"#, with: #""lines":["# + String(repeating: "0,", count: 1_000) + "{")
        #expect(try RuleCases.answer(Array(line.utf8)).map { try fault($0) } == "out-of-range $.input.lines")
    }

    @Test(arguments: [1, 3, 64, 100_000])
    func `are the same whichever way the stream is cut`(size: Int) throws {
        let lines = try lines(of: "cases.jsonl")
        let bytes = Array(lines.joined(separator: [UInt8(ascii: "\n"), UInt8(ascii: "\n")]))
        var stream = RuleCaseStream()
        var answers: [[UInt8]] = []
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: size) {
                let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)])
                stream.read(chunk) { answers.append($0) }
            }
        }
        stream.finish { answers.append($0) }
        #expect(answers == self.answers(to: lines).map { $0 + [UInt8(ascii: "\n")] })
    }

    @Test(arguments: [UInt64](1...20))
    func `are answered with JSON whatever the bytes are`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for line in try lines(of: "cases.jsonl") {
            var bytes = line
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array(#"{}[],:"\0-9e.tnf"#.utf8).randomElement(using: &random)!, at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
                }
            }
            guard let answer = RuleCases.answer(bytes) else { continue }
            let json = try JSON.parse(answer, limits: .ruleCases)
            #expect((json["result"] == nil) != (json["error"] == nil))
        }
    }
}

extension `The rule cases` {
    private func answers(to lines: [[UInt8]]) -> [[UInt8]] { lines.compactMap { RuleCases.answer($0) } }

    /// The fault of an answer as `code path`.
    private func fault(_ answer: [UInt8]) throws -> String {
        guard let error = try JSON.parse(answer, limits: .ruleCases)["error"],
            case .string(let code)? = error["code"], case .string(let path)? = error["path"]
        else { return "no fault" }
        return "\(code) \(path)"
    }

    /// An answer without its message, with the members of every object in order.
    private func content(_ answer: [UInt8]) throws -> JSON {
        sorted(try JSON.parse(answer, limits: .ruleCases))
    }

    private func sorted(_ json: JSON) -> JSON {
        switch json {
        case .array(let elements): .array(elements.map(sorted))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.filter { $0.name != "message" }.map { ($0.name, sorted($0.value)) }
                        .sorted { $0.0 < $1.0 }.map { (name: $0.0, value: $0.1) }))
        default: json
        }
    }
}
