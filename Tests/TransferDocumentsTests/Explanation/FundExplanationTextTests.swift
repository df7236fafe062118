import Testing
import TransferCore
import TransferDocuments

/// What is printed must be enough to check a computation with a pocket calculator.
@Suite struct `An explanation in words` {
    @Test(arguments: ExplainedCases.all)
    func `prints sums and products that come to what stands behind them`(input: String) throws {
        let explanation = try explain(input)
        for step in explanation.lines.flatMap(\.self) + explanation.years.flatMap(\.self) + explanation.totals {
            try checkPrinted(step.formula)
        }
    }

    @Test(arguments: ExplainedCases.all)
    func `names a rule and its source after each amount`(input: String) throws {
        let explanation = try explain(input)
        for step in explanation.lines.flatMap(\.self) + explanation.years.flatMap(\.self) + explanation.totals {
            for language in [ExplanationLanguage.chinese, .english] {
                let sentence = step.sentence(in: language)
                #expect(sentence.contains(step.formula) && sentence.contains(step.rule.id))
            }
        }
    }

    @Test func `reads as a clerk would write it`() throws {
        let text = try explain(ExplainedCases.guangzhou).text(in: .chinese)
        #expect(text.contains("  个人账户本金：5000.00 × 9 × 8.00% = 3600.00 元（BR-083，人社厅发〔2017〕7号第八条）"))
        #expect(text.contains("  统筹基金：5000.00 × 9 × 12.00% = 5400.00 元（BR-087，国办发〔2009〕66号第四条第（二）项）"))
        #expect(text.contains("  当年利息：5000.00 × 8.00% × 6.04% × 45 ÷ 12 = 90.60 元（BR-085，劳办发〔1997〕116号）"))
        #expect(text.contains("  转移总额：3690.60 + 5400.00 = 9090.60 元（BR-080，国办发〔2009〕66号第四条）"))
    }

    @Test func `is told in either language or in both`() throws {
        let explanation = try explain(ExplainedCases.guangzhou)
        let chinese = explanation.text(in: .chinese)
        let english = explanation.text(in: .english)
        let both = explanation.text(in: .both)
        #expect(chinese.count == english.count)
        #expect(english.contains { $0.contains("Account principal: 5000.00 × 9 × 8.00% = 3600.00 yuan (BR-083") })
        #expect(both.filter { !$0.isEmpty }.count == 2 * chinese.filter { !$0.isEmpty }.count)
        let isEnglishPlain = english.joined().unicodeScalars.filter { $0.value > 0x3000 }
        // Only the numbers of documents stay Chinese.
        #expect(isEnglishPlain.count < english.joined().unicodeScalars.count / 5)
    }

    @Test func `marks what was rounded`() throws {
        let formulas = try explain(ExplainedCases.rounded).lines[0].map(\.formula)
        #expect(formulas.contains("5000.03 × 1 × 8.00% ≈ 400.00"))
        #expect(formulas.contains("5000.03 × 1 × 12.00% ≈ 600.00"))
    }
}

@Suite struct `The input of an explanation` {
    @Test func `may be the input of a case or the whole case`() throws {
        let alone = try FundExplanationInput.read(Array(ExplainedCases.guangzhou.utf8))
        let whole = try FundExplanationInput.read(
            Array(#"{"id":"F-27","kind":"funds","input":\#(ExplainedCases.guangzhou)}"#.utf8))
        #expect(alone.request == whole.request)
        #expect(alone.stated == nil)
    }

    @Test(arguments: [
        (#"{"id":"E","kind":"deadline","input":{}}"#, "/kind", "unknown-value"),
        (#"{"origin":"440100"}"#, "/destination", "missing-field"),
        (#"{"request":{}}"#, "/version", "missing-field"),
        (#"[]"#, "", "json-top"),
    ])
    func `is refused with the place`(input: String, pointer: String, code: String) {
        let fault = #expect(throws: DocumentFault.self) { try FundExplanationInput.read(Array(input.utf8)) }
        #expect(fault?.pointer == pointer)
        #expect(fault?.code.rawValue == code)
    }

    @Test func `is refused where it cannot be computed`() throws {
        let late = ExplainedCases.guangzhou.replacing("2021-02", with: "2020-10")
        let input = try FundExplanationInput.read(Array(late.utf8))
        let fault = #expect(throws: DocumentFault.self) { try input.explain() }
        #expect(fault?.pointer == "/lines/0/to")
        let whole = try FundExplanationInput.read(Array(#"{"id":"F","kind":"funds","input":\#(late)}"#.utf8))
        #expect(
            throws: DocumentFault(.init(rawValue: "after-transfer"), "/input/lines/0/to", "after the transfer month")
        ) {
            try whole.explain()
        }
    }
}

/// Inputs of funds cases; the people and the figures are invented.
enum ExplainedCases {
    static let guangzhou = input(
        formula: "monthly-products",
        lines: #"{"year":2020,"from":"2020-04","to":"2020-12","kind":"ordinary","baseFen":500000,\#(shares)}"#)
    static let rounded = input(
        formula: "none",
        lines: #"{"year":2020,"from":"2020-12","to":"2020-12","kind":"ordinary","baseFen":500003,\#(shares)}"#)
    static let manyKinds = input(
        formula: "annual",
        lines: """
            {"year":1997,"from":"1997-01","to":"1997-12","kind":"ordinary","baseFen":41234,\(shares)},
            {"year":2004,"from":"2004-01","to":"2004-07","kind":"ordinary","baseFen":123457,\(shares)},
            {"year":2012,"from":"2012-01","to":"2012-06","kind":"deemed","baseFen":0,\(shares)},
            {"year":2013,"from":"2013-02","to":"2013-03","kind":"arrears","baseFen":300000,\(shares)},
            {"year":2015,"from":"2014-01","to":"2014-11","kind":"back-payment","baseFen":310011,"paidOn":"2015-07-08",
             "baseLimits":{"floorFen":320007,"ceilingFen":990000},\(shares)},
            {"year":2018,"from":"2016-01","to":"2016-12","kind":"withheld","baseFen":310011,"paidOn":"2018-07-08",
             \(shares)},
            {"year":2021,"from":"2021-01","to":"2021-01","kind":"waived","baseFen":310011,\(shares)}
            """)
    static let all = [guangzhou, rounded, manyKinds]

    private static let shares = #""ownShareBp":800,"creditedShareBp":1100,"employerShareBp":2000"#

    private static func input(formula: String, lines: String) -> String {
        let rates = (1996...2020).map { #""\#($0)":604"# }.joined(separator: ",")
        return """
            {"origin":"440100","destination":"330100","destinationScheme":"employee","relation":"general",
             "transferMonth":"2021-02","interest":{"formula":"\(formula)","ratesBp":{\(rates)}},"lines":[\(lines)]}
            """
    }
}

private func explain(_ input: String) throws -> FundExplanation {
    try FundExplanationInput.read(Array(input.utf8)).explain()
}

/// Reads a printed formula again, with nothing but the signs that stand in it, and computes it in whole numbers.
private func checkPrinted(_ formula: String) throws {
    guard let sign = ["≈", "="].first(where: { formula.contains(" \($0) ") }) else { return }
    let sides = formula.split(separator: " \(sign) ")
    try #require(sides.count == 2)
    let exact = try sum(String(sides[0]))
    let printed = try number(String(sides[1]))
    // In units of the place that is printed: hundredths for money, ones for months.
    let unit: Int128 = sides[1].contains(".") ? 100 : 1
    let rounded = (exact.top * unit * 2 + exact.bottom) / (exact.bottom * 2)
    #expect(rounded * printed.bottom == printed.top * unit, "\(formula)")
    #expect((sign == "=") == (exact.top * unit % exact.bottom == 0), "\(formula)")
}

private typealias Quotient = (top: Int128, bottom: Int128)

private func sum(_ text: String) throws -> Quotient {
    var total: Quotient = (0, 1)
    for term in terms(text) {
        let term = try product(term)
        total = (total.top * term.bottom + term.top * total.bottom, total.bottom * term.bottom)
        if total.top == 0 { total = (0, 1) }
        let common = divisor(total.top, total.bottom)
        total = (total.top / common, total.bottom / common)
    }
    return total
}

/// The terms between plus signs that stand outside brackets.
private func terms(_ text: String) -> [String] {
    var depth = 0
    var found = [""]
    for character in text {
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        if character == "+", depth == 0 { found.append("") } else { found[found.count - 1].append(character) }
    }
    return found
}

private func product(_ text: String) throws -> Quotient {
    let parts = text.split(separator: " ÷ ")
    var value: Quotient = (1, 1)
    for factor in try #require(parts.first).split(separator: " × ") {
        let factor = try number(String(factor))
        value = (value.top * factor.top, value.bottom * factor.bottom)
    }
    for divisor in parts.dropFirst() {
        let divisor = try number(String(divisor))
        value = (value.top * divisor.bottom, value.bottom * divisor.top)
    }
    return value
}

/// A number, a share in percent, or two shares in brackets.
private func number(_ text: String) throws -> Quotient {
    let text = text.filter { $0 != " " }
    if text.hasPrefix("(") {
        let inner = text.dropFirst().dropLast()
        let sign: Character = inner.contains("-") ? "-" : "+"
        let halves = try inner.split(separator: sign).map { try number(String($0)) }
        let second = sign == "-" ? -halves[1].top : halves[1].top
        return (halves[0].top * halves[1].bottom + second * halves[0].bottom, halves[0].bottom * halves[1].bottom)
    }
    let digits = text.filter { $0 != "." && $0 != "%" }
    let top = try #require(Int128(digits), "\(text) is no number")
    var bottom: Int128 = text.hasSuffix("%") ? 100 : 1
    if let point = text.firstIndex(of: ".") {
        for _ in text[point...].dropFirst() where bottom < 100_000 { bottom *= 10 }
        if text.hasSuffix("%") { bottom /= 10 }
    }
    return (top, bottom)
}

private func divisor(_ a: Int128, _ b: Int128) -> Int128 { b == 0 ? max(a, 1) : divisor(b, a % b) }
