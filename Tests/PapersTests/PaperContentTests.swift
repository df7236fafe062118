import Foundation
import Papers
import Testing
import TransferCore
import TransferDocuments

@Suite struct `What stands on paper` {
    private func closeText(_ paper: Paper) throws -> String {
        try PrintReader.reading(PaperSamples.print(paper).bytes) { try $0.closeText() }
    }

    @Test func `is every amount of the completion, with two decimals and in capitals`() throws {
        let text = try closeText(.completion(PaperSamples.completion, of: PaperSamples.person))
        for words in [
            "56407.08元", "100600.05元", "157007.13元", "人民币壹拾伍万柒仟零柒元壹角叁分", "171个月（14年零3个月）", "2026年3月17日",
            "C20260317000009", "370700-2026-0000012-2/P1",
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test func `is every field of the certificate`() throws {
        let text = try closeText(.contributionCertificate(PaperSamples.certificate))
        for words in ["一般账户", "156个月（13年）", "2010年1月", "2024年12月", "56407.08元", "2026年3月13日", "generalaccount"] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test func `is every field of the letter`() throws {
        let text = try closeText(.acceptanceLetter(PaperSamples.letter))
        for words in [
            "深圳市社会保险基金管理局（示例）：", "620700010000012345", "313458000013", "示例银行潍坊分行", "潍坊市社会保险基金专户",
            "6217000000000000004", "基本医疗保险个人账户、住房公积金", "0536-8000000", "潍坊市示例路8号（邮编261000）", "2026年3月2日",
            PaperSamples.digest.text,
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test func `is the reason of a refusal and what can be done`() throws {
        let text = try closeText(.applicationAnswer(PaperSamples.refusal))
        for words in ["RJ02", Reason.drawsPension.sentence.chinese, Reason.drawsPension.nextStep.chinese, "行政复议"] {
            #expect(text.contains(words), "\(words)")
        }
        let returned = try closeText(.applicationAnswer(PaperSamples.returned))
        #expect(returned.contains("RJ15"))
        #expect(returned.contains("身份证件的照片不清晰，请重新上传。"))
        #expect(!returned.contains("行政复议"))
    }

    @Test(arguments: [1, 3, 30, 100]) func `is every line and every year of a form, however long`(count: Int) throws {
        let form = PaperSamples.form(lines: min(count, 30))
        let printed = try PaperSamples.print(.informationForm(form))
        try PrintReader.reading(printed.bytes) { reader in
            let text = try reader.closeText()
            for (place, (line, amounts)) in zip(form.request.lines, form.computation.lines).enumerated() {
                let cells = [
                    "\(place + 1)", "\(line.from)至\(line.to)", "6",
                    line.kind == .ordinary ? "正常" : line.kind == .arrears ? "欠费" : "补缴", "\(line.base)", "8.00%",
                    "8.00%",
                    "16.00%", "\(amounts.principal)", "\(amounts.interest)", "\(amounts.pooled)", "440300",
                ]
                #expect(text.contains(cells.joined()), "line \(place + 1)")
            }
            for year in form.computation.years {
                let cells = [
                    "\(year.year)", "\(year.opening)", "\(year.openingInterest)", "\(year.credited)",
                    "\(year.creditedInterest)", "\(year.closing)",
                ]
                #expect(text.contains(cells.joined()), "\(year.year)")
            }
            #expect(text.contains(form.computation.transfer.description + "元"))
        }
    }

    @Test func `is each of two hundred rows, under a head on each page`() throws {
        let persons = PaperSamples.persons(200)
        let printed = try PaperSamples.print(.roster(PaperSamples.roster(persons)))
        #expect(printed.pages > 5)
        try PrintReader.reading(printed.bytes) { reader in
            var seen = 0
            for page in 1...printed.pages {
                let text = try reader.closeText(page: page)
                #expect(text.contains("第\(page)页/共\(printed.pages)页Page\(page)of\(printed.pages)"))
                let rows = persons.enumerated().filter { place, person in
                    text.contains("\(place + 1)\(person.name)\(person.residentID.fullText)")
                }
                seen += rows.count
                let heads = text.components(separatedBy: "序号No.姓名Name公民身份号码Residentidentitynumber").count - 1
                #expect(heads == (rows.isEmpty ? 0 : 1), "page \(page)")
                #expect(text.contains("PL-2026-0031"))
                #expect(text.contains("盖章处") == (page == printed.pages))
            }
            #expect(seen == 200)
        }
    }

    @Test(arguments: 14...40) func `is a row of the table on the page that is signed`(count: Int) throws {
        let printed = try PaperSamples.print(.roster(PaperSamples.roster(PaperSamples.persons(count))))
        try PrintReader.reading(printed.bytes) { reader in
            let last = try reader.closeText(page: printed.pages)
            #expect(last.contains("单位负责人（签字）"))
            #expect(last.contains("110105"))
        }
    }

    @Test func `is never a row cut by the end of a page`() throws {
        let persons = PaperSamples.persons(60)
        let remark = String(repeating: "长备注", count: 66)
        let printed = try PaperSamples.print(.roster(PaperSamples.roster(persons, remark: remark)))
        try PrintReader.reading(printed.bytes) { reader in
            let found = try (1...printed.pages).map { page in
                try reader.closeText(page: page).components(separatedBy: remark).count - 1
            }
            #expect(found.reduce(0, +) == 60)
        }
    }

    @Test func `is bounded in memory for five thousand rows`() throws {
        let roster = PaperSamples.roster(PaperSamples.persons(5_000))
        _ = try PaperSamples.print(.roster(PaperSamples.roster(PaperSamples.persons(5))))
        let before = try PaperMemory.peak()
        let printed = try PaperSamples.print(.roster(roster))
        let grown = try PaperMemory.peak() - before
        #expect(printed.pages > 100)
        #expect(printed.bytes.count < 16 << 20)
        #expect(grown < 128 << 20, "\(grown >> 20) MiB")
        try PrintReader.reading(printed.bytes) { reader in
            let words = Set(try reader.text().split(whereSeparator: \.isWhitespace))
            let lost = roster.rows.filter { row in
                let (name, id) = (row.application.person.name, row.application.person.residentID.fullText)
                return !words.contains(name[...]) || !words.contains(id[...])
                    || !words.contains(row.caseNumber!.text[...])
            }
            #expect(lost.isEmpty)
        }
    }
}

/// The most memory this process ever had, in bytes.
enum PaperMemory {
    static func peak() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) * 1_024
    }
}

@Suite struct `Names on paper` {
    private func print(_ name: String) throws -> (printed: PrintedPaper, text: String) {
        let person = InsuredPerson(name: name, residentID: PaperSamples.person.residentID)
        let paper = Paper.completion(PaperSamples.completion, of: person)
        let printed = try PaperSamples.press.print(paper, head: PaperSamples.head(paper))
        return (printed, try PrintReader.reading(printed.bytes) { try $0.closeText() })
    }

    @Test(arguments: ["𠮷", "\u{2A700}", "\u{30000}", "\u{2B740}", "\u{2CEB0}", "\u{31350}", "㐀", "龦"])
    func `keep their rare characters`(character: String) throws {
        let (printed, text) = try print("王\(character)华")
        #expect(text.contains("王\(character)华"))
        #expect(printed.missing.isEmpty)
    }

    @Test func `show a character that no font has as its code point, and the caller is told`() throws {
        let (printed, text) = try print("王\u{2EBF0}华\u{2EBF0}")
        #expect(text.contains("王⟨U+2EBF0⟩华⟨U+2EBF0⟩"))
        #expect(printed.missing == ["\u{2EBF0}"])
    }

    @Test(arguments: ["\u{E78D}", "\u{202E}", "\u{200B}", "\u{E0100}", "\u{FFFD}", "\u{F0000}", "\u{7}", "\n"])
    func `hide nothing that would not be seen`(character: String) throws {
        let (printed, text) = try print("王\(character)华")
        let scalar = try #require(character.unicodeScalars.first)
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        #expect(text.contains("王⟨U+\(code)⟩华"))
        #expect(printed.missing == [scalar])
    }

    @Test(arguments: [
        "阿依努尔·买买提", "<img src=x onerror=alert(1)>", "&lt;b&gt;王&amp;", "%s%n\\(x) Tj ET", "{{name}}",
        String(repeating: "长", count: 60), String(repeating: "Abcdefghij", count: 6),
    ])
    func `are text, whatever they look like`(name: String) throws {
        let (printed, text) = try print(name)
        #expect(text.contains(name.filter { !$0.isWhitespace }))
        #expect(printed.missing.isEmpty)
    }

    /// A block of ideographs after another, so that each font and each way of being without one has its turn.
    @Test func `are in the text of the file, each character of them, or reported`() throws {
        let blocks: [ClosedRange<UInt32>] = [
            0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2EBE0, 0x2EBF0...0x2EE5D,
            0x30000...0x323AF,
            0xC0...0x17F, 0x400...0x4FF, 0xE000...0xF8FF,
        ]
        var names: [String] = []
        for block in blocks {
            for row in 0..<40 {
                let scalars = (0..<5).compactMap { place in
                    Unicode.Scalar(block.lowerBound + UInt32(row * 5 + place) * 7_919 % UInt32(block.count))
                }
                names.append(String(String.UnicodeScalarView(scalars)))
            }
        }
        let persons = names.map { InsuredPerson(name: $0, residentID: PaperSamples.person.residentID) }
        let printed = try PaperSamples.print(.roster(PaperSamples.roster(persons)))
        let missing = Set(printed.missing)
        let text = try PrintReader.reading(printed.bytes) { try $0.closeText() }
        let found = Set(text.unicodeScalars)
        for scalar in Set(names.flatMap { Array($0.unicodeScalars) }) {
            let code = "⟨U+" + String(scalar.value, radix: 16, uppercase: true) + "⟩"
            #expect(found.contains(scalar) != missing.contains(scalar), "\(code)")
            if missing.contains(scalar) { #expect(text.contains(code), "\(code)") }
        }
        #expect(missing.contains("\u{2EBF0}") && missing.contains("\u{E000}") && !missing.contains("\u{2A700}"))
    }

    @Test func `are readable without the font of rare characters, and the caller is told`() throws {
        let press = try PaperPress(fontFolders: ["/usr/share/fonts/truetype/wqy"])
        let person = InsuredPerson(name: "王\u{2A700}华", residentID: PaperSamples.person.residentID)
        let paper = Paper.completion(PaperSamples.completion, of: person)
        let printed = try press.print(paper, head: PaperSamples.head(paper))
        #expect(printed.missing == ["\u{2A700}"])
        let text = try PrintReader.reading(printed.bytes) { try $0.closeText() }
        #expect(text.contains("王〈U+2A700〉华"))
    }

    @Test func `are whole in a narrow column too`() throws {
        let name = String(repeating: "买买提·", count: 15)
        let person = InsuredPerson(name: name, residentID: PaperSamples.person.residentID)
        let printed = try PaperSamples.print(.roster(PaperSamples.roster([person])))
        let text = try PrintReader.reading(printed.bytes) { try $0.closeText() }
        #expect(text.contains(name))
    }
}

@Suite struct `Amounts in capitals` {
    @Test(arguments: [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (11, "壹角壹分"), (100, "壹元整"), (105, "壹元零伍分"), (1_000, "壹拾元整"),
        (1_005_00, "壹仟零伍元整"), (10_005_00, "壹万零伍元整"), (100_000_00, "壹拾万元整"), (1_000_500_00, "壹佰万零伍佰元整"),
        (10_500_000_00, "壹仟零伍拾万元整"), (100_000_001_00, "壹亿零壹元整"), (123_456_789_12, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"),
        (10_000_000_000_00, "壹佰亿元整"), (1_640_09, "壹仟陆佰肆拾元零玖分"),
    ])
    func `are what a bank would write`(fen: Int, capitals: String) {
        #expect(Money(fen: Int64(fen)).inCapitals == capitals)
    }
}

@Suite struct `A paper that cannot be` {
    @Test func `is not made without fonts`() {
        #expect(throws: PaperFault.fonts) { try PaperPress(fontFolders: ["/nonexistent"]) }
        #expect(throws: PaperFault.fonts) { try PaperPress(fontFolders: []) }
        // The rare characters alone make no paper.
        #expect(throws: PaperFault.fonts) { try PaperPress(fontFolders: ["/usr/share/fonts/truetype/babelstone"]) }
    }

    @Test(arguments: [
        "http://jiexu.example.gov.cn/v/CODE", "https://jiexu.example.gov.cn/v/CODE?name=x", "https://a@b/v/CODE",
        "https://jiexu.example.gov.cn/v/OTHER", "https://王.cn/v/CODE", "http://localhost.example.cn/v/CODE",
        "https://\(String(repeating: "a", count: 120))/v/CODE",
    ])
    func `carries no address but that of the check`(address: String) {
        let address = address.replacingOccurrences(of: "CODE", with: PaperSamples.code.text)
        #expect(throws: PaperFault.address) { try PaperCheck(address: address, code: PaperSamples.code) }
    }

    @Test func `may lead to this machine without TLS`() throws {
        for host in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"] {
            let address = "\(host)/v/\(PaperSamples.code.text)"
            #expect(try PaperCheck(address: address, code: PaperSamples.code).address == address)
        }
    }

    @Test func `has no personal reference and no endless text`() throws {
        let code = try CreditCode("91350100M000100Y43")
        let day = PaperSamples.day("2026-03-02")
        for reference in ["", "王晓华", "a/b", String(repeating: "1", count: 41)] {
            #expect(throws: PaperFault.reference) {
                try Roster(employer: "甲", creditCode: code, reference: reference, lodgedOn: day, rows: [])
            }
        }
        let row = PaperSamples.roster([PaperSamples.person]).rows[0]
        #expect(throws: PaperFault.tooManyRows) {
            try Roster(
                employer: "甲", creditCode: code, reference: "1", lodgedOn: day,
                rows: Array(repeating: row, count: Roster.mostRows + 1))
        }
        #expect(throws: PaperFault.textTooLong("employer")) {
            try Roster(
                employer: String(repeating: "甲", count: 201), creditCode: code, reference: "1", lodgedOn: day, rows: [])
        }
        #expect(throws: PaperFault.textTooLong("text")) {
            try ApplicationAnswer(
                kind: .refusal, application: PaperSamples.application(), reason: .drawsPension,
                text: String(repeating: "甲", count: 501), answeredOn: day)
        }
    }

    @Test func `is told in words`() {
        #expect(PaperFault.fonts.sentence.chinese.contains("fonts-wqy-microhei"))
        #expect(PaperFault.tooManyRows.sentence.english.contains("10000"))
    }
}
