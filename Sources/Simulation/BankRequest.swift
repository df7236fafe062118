package import TransferCore

/// Something that shall go wrong at the simulated bank, with which orders, and how often.
///
/// A request is one line of a text file in the bank's folder `requests`:
///
///     # the next order to Hangzhou is credited and debited twice
///     duplicate agency=330100
///     fee creditor=15330100000000001 fen=500 times=3
///     delay key=330100-2026-0000012-K looks=50
///     closed key=330100-2026-0000013-2/M
package struct BankRequest: Hashable, Sendable {
    package let flaw: WantedFlaw
    package let orders: Orders
    /// With how many orders, 1 to 1,000.
    package let times: Int

    /// Which orders are meant.
    package enum Orders: Hashable, Sendable {
        /// Those that pay to this account.
        case creditor(String)
        /// Those whose end-to-end key begins so.
        case key(prefix: String)
        /// Those that pay to the account of this agency.
        case agency(AgencyCode)
    }
}

/// What may go wrong with one order.
package enum WantedFlaw: Hashable, Sendable {
    /// The money goes out and comes back.
    case bounce(AccountFlaw)
    /// The order lies so many looks before it is carried out, and with it its whole file.
    case delay(looks: Int)
    /// The creditor receives two credits that come to the amount.
    case split
    /// The payer is debited twice and the creditor credited twice.
    case duplicate
    /// The creditor is shown another payer: the treasury of the payer's province.
    case misname
    /// The creditor receives so much less.
    case fee(Money)
    /// The creditor receives so much more.
    case excess(Money)
    /// The creditor finds the key in the text and not where it belongs.
    case keyInText

    /// The published name.
    package var name: String {
        switch self {
        case .bounce(let flaw): flaw.rawValue
        case .delay: "delay"
        case .split: "split"
        case .duplicate: "duplicate"
        case .misname: "misname"
        case .fee: "fee"
        case .excess: "excess"
        case .keyInText: "key-in-text"
        }
    }

    /// What the creditor's credit differs by; zero when it does not.
    var amount: Money {
        switch self {
        case .fee(let amount), .excess(let amount): amount
        case .bounce, .delay, .split, .duplicate, .misname, .keyInText: .zero
        }
    }

    /// Whether it shows at the creditor only, who must then have an account at this bank.
    var needsCreditor: Bool {
        switch self {
        case .bounce, .delay, .duplicate: false
        case .split, .misname, .fee, .excess, .keyInText: true
        }
    }

    /// - Parameters:
    ///   - amount: of a fee or an excess; not looked at otherwise.
    ///   - looks: of a delay; not looked at otherwise.
    /// - Returns: nil for a name that is not published.
    init?(name: String, amount: Money, looks: Int) {
        switch name {
        case "delay": self = .delay(looks: looks)
        case "split": self = .split
        case "duplicate": self = .duplicate
        case "misname": self = .misname
        case "fee": self = .fee(amount)
        case "excess": self = .excess(amount)
        case "key-in-text": self = .keyInText
        default:
            guard let flaw = AccountFlaw(rawValue: name) else { return nil }
            self = .bounce(flaw)
        }
    }
}

extension BankRequest {
    /// The most lines of one file.
    package static let mostLines = 1_000
    /// The longest file, in bytes.
    package static let longestFile = 64 << 10

    /// Reads a file of requests: one in each line, none in an empty one or after `#`.
    ///
    /// - Throws: the first line that is none.
    package static func read(_ bytes: [UInt8]) throws(BankRequestFault) -> [(line: Int, request: BankRequest)] {
        guard bytes.count <= longestFile, let text = String(validating: bytes, as: UTF8.self) else {
            throw BankRequestFault(line: 1, detail: "the file is not UTF-8, or longer than \(longestFile) bytes")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= mostLines else {
            throw BankRequestFault(line: mostLines, detail: "a file has at most \(mostLines) lines")
        }
        var requests: [(line: Int, request: BankRequest)] = []
        for (index, line) in lines.enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            guard !words.isEmpty else { continue }
            requests.append((index + 1, try BankRequest(words, line: index + 1)))
        }
        return requests
    }

    private init(_ words: [String], line: Int) throws(BankRequestFault) {
        func fault(_ detail: String) -> BankRequestFault { BankRequestFault(line: line, detail: detail) }
        var values: [String: String] = [:]
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, ["creditor", "key", "agency", "times", "fen", "looks"].contains(parts[0]),
                !parts[1].isEmpty, values.updateValue(parts[1], forKey: parts[0]) == nil
            else {
                throw fault(
                    "after the flaw stand creditor, key, agency, times, fen and looks, each once, as name=value")
            }
        }
        func number(_ name: String, _ range: ClosedRange<Int>, usually: Int?) throws(BankRequestFault) -> Int {
            guard let text = values[name] else {
                guard let usually else { throw fault("\(name)= must stand here") }
                return usually
            }
            guard let number = Int(text), range.contains(number) else {
                throw fault("\(name) is \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        let needsMoney = words[0] == "fee" || words[0] == "excess"
        let needsLooks = words[0] == "delay"
        guard needsMoney || values["fen"] == nil, needsLooks || values["looks"] == nil else {
            throw fault("fen belongs to fee and excess, looks to delay")
        }
        let fen = needsMoney ? try number("fen", 1...100_000_000_000, usually: nil) : 0
        let looks = needsLooks ? try number("looks", 1...1_000_000, usually: nil) : 0
        guard let flaw = WantedFlaw(name: words[0], amount: Money(fen: Int64(fen)), looks: looks) else {
            throw fault("there is no such flaw")
        }
        self.flaw = flaw
        times = try number("times", 1...1_000, usually: 1)
        switch (values["creditor"], values["key"], values["agency"]) {
        case (let creditor?, nil, nil): orders = .creditor(creditor)
        case (nil, let key?, nil): orders = .key(prefix: key)
        case (nil, nil, let text?):
            guard let agency = AgencyCode(text) else { throw fault("agency is the code of a region") }
            orders = .agency(agency)
        default: throw fault("exactly one of creditor, key and agency says which orders")
        }
    }
}

/// A line that is no request.
package struct BankRequestFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    package let detail: String

    package var description: String { "request line \(line): \(detail)" }
}
