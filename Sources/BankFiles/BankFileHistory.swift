package import TransferCore

/// What must be remembered of an account's files to find those that are out of place: another file under a used
/// identifier, yesterday's statement, and statements that never came.
///
/// It is a value: whoever takes files reads it, asks it, adds what was taken, and keeps it. When it is lost, the next
/// file begins a new one; money is still safe, because each movement is taken once by its bank reference.
package struct BankFileHistory: Hashable, Sendable {
    /// The newest statement or sheet that was taken; nil before the first.
    package private(set) var newest: Statement?
    /// Numbers of statements that were passed over, ascending. One that comes late is taken all the same.
    package private(set) var missing: [Int]
    /// The oldest first.
    private(set) var files: [File]
    /// The same by their identifiers: each new file is looked for among all of them.
    private var digests: [File.Name: String]

    /// Nothing was taken yet.
    package init() { self.init(newest: nil, missing: [], files: []) }

    init(newest: Statement?, missing: [Int], files: [File]) {
        self.newest = newest
        self.missing = missing
        self.files = files
        digests = Dictionary(files.map { ($0.name, $0.digest) }) { $1 }
    }

    package struct Statement: Hashable, Sendable {
        package let messageID: String
        package let number: Int?
        package let lastDay: CivilDate
        /// Nil when the bank told none.
        package let closing: Money?
        package let createdAt: String
    }

    struct File: Hashable, Sendable {
        let name: Name
        /// The SHA-256 of the bytes, in hexadecimal digits.
        let digest: String

        /// Under which the bank gives a file once.
        struct Name: Hashable, Sendable {
            let kind: String
            let messageID: String
        }
    }

    /// So many identifiers are remembered, the newest.
    package static let mostFiles = 2_000
    /// So many statements may be missing at one time.
    package static let mostMissing = 100
}

extension BankFileHistory {
    /// What a file is after the files before it.
    package enum Standing: Hashable, Sendable {
        /// It comes in its turn, or is one that was missing.
        case expected
        /// The same bytes were taken before. Its movements are known.
        case again
        /// A notification made before the newest statement. Whoever finds a movement in it that is not known refuses it
        /// with the fault: the statement should have told that movement.
        case late(BankFileFault)
    }

    /// Judges a file.
    ///
    /// - Parameter digest: the SHA-256 of its bytes, in hexadecimal digits.
    /// - Throws: `duplicate-file`, `stale`, `sequence`, or `balance` when a statement does not begin where the one
    ///   before it ended.
    package func standing(of file: BankFile, digest: String) throws(BankFileFault) -> Standing {
        if let known = digests[File.Name(kind: file.kind, messageID: file.messageID)] {
            guard known == digest else {
                throw BankFileFault(
                    .duplicateFile, at: file.messagePlace,
                    "another file was taken under this identifier; have it sent again under its own")
            }
            return .again
        }
        guard let newest else { return .expected }
        switch file {
        case .status: return .expected
        case .notification:
            guard secondsOfInstant(file.createdAt) < secondsOfInstant(newest.createdAt) else { return .expected }
            return .late(
                BankFileFault(
                    .stale, at: file.createdPlace,
                    "made before statement \(newest.messageID), which does not tell a movement in it; ask the bank"))
        case .statement, .sheet:
            if let position = file.position { try require(position, after: newest) }
            return .expected
        }
    }

    private func require(_ position: StatementPosition, after newest: Statement) throws(BankFileFault) {
        if let number = position.number, missing.contains(number) { return }
        guard position.lastDay >= newest.lastDay else {
            throw BankFileFault(
                .stale, at: position.lastDayPlace,
                "ends before \(newest.lastDay), the day of statement \(newest.messageID); have today's sent")
        }
        guard let number = position.number, let last = newest.number, !begins(position, after: newest) else { return }
        guard number > last else {
            throw BankFileFault(
                .stale, at: position.numberPlace, "statement \(last) was taken already; have the next one sent")
        }
        guard number - last - 1 + missing.count <= BankFileHistory.mostMissing else {
            throw BankFileFault(
                .sequence, at: position.numberPlace,
                "too many statements between \(last) and this one are missing; have them sent first")
        }
        if number == last + 1, let closing = newest.closing, let opening = position.opening, opening != closing {
            throw BankFileFault(
                .balance, at: position.openingPlace, "is not the closing balance of statement \(last) before it")
        }
    }

    /// Whether a bank that counts anew each year begins a year with it.
    private func begins(_ position: StatementPosition, after newest: Statement) -> Bool {
        position.number == 1 && position.lastDay.year > newest.lastDay.year
    }

    /// Adds a file that was taken.
    ///
    /// - Returns: the numbers of the statements that are missing since then, ascending.
    package mutating func add(_ file: BankFile, digest: String) -> [Int] {
        let entry = File(file, digest: digest)
        guard digests[entry.name] != digest else { return [] }
        remember(entry)
        guard let position = file.position else { return [] }
        if let number = position.number, let place = missing.firstIndex(of: number) {
            missing.remove(at: place)
            return []
        }
        var skipped: [Int] = []
        if let newest {
            if let number = position.number, let last = newest.number, !begins(position, after: newest) {
                skipped = Array((last + 1)..<max(number, last + 1))
            }
            if begins(position, after: newest) { missing = [] }
        }
        missing += skipped
        newest = Statement(
            messageID: file.messageID, number: position.number, lastDay: position.lastDay, closing: position.closing,
            createdAt: file.createdAt)
        return skipped
    }
}

extension BankFileHistory {
    /// Notes a file as the newest, and forgets the oldest where there are too many.
    private mutating func remember(_ file: File) {
        files.append(file)
        digests[file.name] = file.digest
        for forgotten in files.prefix(max(0, files.count - BankFileHistory.mostFiles))
        where digests[forgotten.name] == forgotten.digest {
            digests[forgotten.name] = nil
        }
        files.removeFirst(max(0, files.count - BankFileHistory.mostFiles))
    }
}

/// The history as bytes: two thousand lines and more. Where all that is new is a file without a place of its own, as most
/// are, a line behind them says so.
extension BankFileHistory {
    private static let heading = "jiexu bank files 1"

    /// So many lines may be added behind ``bytes()``.
    package static let mostAdded = 2_000

    /// What behind ``bytes()`` says that one more file was taken.
    ///
    /// - Parameter digest: the SHA-256 of its bytes, in hexadecimal digits.
    /// - Returns: nil for a statement or a sheet, by which more changes: the history is to be written whole.
    package static func line(of file: BankFile, digest: String) -> [UInt8]? {
        guard file.position == nil else { return nil }
        return File(file, digest: digest).line
    }

    fileprivate static func line(_ words: String...) -> [UInt8] {
        Array(words.joined(separator: " ").utf8) + [UInt8(ascii: "\n")]
    }

    /// Lines of words; equal histories are equal bytes.
    package func bytes() -> [UInt8] {
        var bytes = BankFileHistory.line(BankFileHistory.heading)
        bytes.reserveCapacity(200 + 32 * missing.count + 160 * files.count)
        if let newest {
            bytes += BankFileHistory.line(
                "newest", newest.messageID, newest.number.map(String.init) ?? "-", "\(newest.lastDay)",
                newest.closing.map { String($0.fen) } ?? "-", newest.createdAt)
        }
        for number in missing { bytes += BankFileHistory.line("missing", String(number)) }
        for file in files { bytes += file.line }
        return bytes
    }

    /// Reads what ``bytes()`` writes, and the lines that were added. A last line without its end is none: its file was not
    /// put away when the power failed, and comes again.
    ///
    /// - Throws: `malformed` with the line.
    package init(reading bytes: [UInt8]) throws(BankFileFault) {
        self.init()
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.first?.elementsEqual(BankFileHistory.heading.utf8) == true, lines.count > 1 else {
            throw BankFileFault(.malformed, at: BankFilePlace("line[1]"), "not a history of bank files")
        }
        let most = BankFileHistory.mostFiles + BankFileHistory.mostMissing + BankFileHistory.mostAdded + 3
        guard lines.count <= most else {
            throw BankFileFault(.elementCount, at: .file, "more lines than a history has")
        }
        for (index, line) in lines.enumerated().dropFirst().dropLast() {
            let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard take(words) else {
                throw BankFileFault(
                    .malformed, at: BankFilePlace("line[\(index + 1)]"), "not a line of a history of bank files")
            }
        }
    }

    private mutating func take(_ words: [String]) -> Bool {
        switch (words.first, words.count) {
        case ("newest", 6):
            guard newest == nil, let day = CivilDate(words[3]), words[2] == "-" || Int(words[2]) != nil,
                words[4] == "-" || Int64(words[4]) != nil
            else { return false }
            newest = Statement(
                messageID: words[1], number: Int(words[2]), lastDay: day,
                closing: Int64(words[4]).map(Money.init(fen:)), createdAt: words[5])
        case ("missing", 2):
            guard let number = Int(words[1]), missing.last ?? 0 < number else { return false }
            missing.append(number)
        case ("file", 4): remember(File(name: File.Name(kind: words[1], messageID: words[2]), digest: words[3]))
        default: return false
        }
        return true
    }
}

extension BankFileHistory.File {
    fileprivate init(_ file: BankFile, digest: String) {
        self.init(name: Name(kind: file.kind, messageID: file.messageID), digest: digest)
    }

    /// What a note says of it.
    fileprivate var line: [UInt8] { BankFileHistory.line("file", name.kind, name.messageID, digest) }
}

/// Seconds since 1970 of an instant whose form was found right; one without an offset is China's time. Fractions are
/// left away.
private func secondsOfInstant(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    func number(_ start: Int) -> Int { Int(bytes[start] &- 0x30) * 10 + Int(bytes[start + 1] &- 0x30) }
    guard bytes.count >= 19, let day = CivilDate(text.prefix(10)) else { return 0 }
    var offset = 8 * 3_600
    if bytes.last == UInt8(ascii: "Z") {
        offset = 0
    } else if bytes.count >= 25, let sign = bytes.dropLast(5).last,
        sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    {
        let seconds = number(bytes.count - 5) * 3_600 + number(bytes.count - 2) * 60
        offset = sign == UInt8(ascii: "+") ? seconds : -seconds
    }
    return day.dayNumber * 86_400 + number(11) * 3_600 + number(14) * 60 + number(17) - offset
}
