package import TransferCore

/// What the simulated bank has done, for ever: `journal.csv`, written once and only added to.
///
///     sequence,kind,message,key,payer,creditor,fen,reference,reason
///     1,executed,M1,370700-2026-0000012-K/P1,370700,330100:****0017,1906400,9F3C2A7710BD44E1-1,-
///     2,executed,M1,370700-2026-0000013-H/M1,370700,****0005,20000,9F3C2A7710BD44E1-2,-
///     3,returned,M1,370700-2026-0000013-H/M1,370700,****0005,20000,9F3C2A7710BD44E1-2,AC04
///     4,wanted,M1,370700-2026-0000014-4/P1,370700,330100:****0017,500,9F3C2A7710BD44E1-3,fee:morning.2
///     5,executed,M1,370700-2026-0000014-4/P1,370700,330100:****0017,1000,9F3C2A7710BD44E1-3,-
///     6,batch,1,-,-,-,0,-,-
///     7,notified,1,-,-,-,0,-,-
///
/// A `wanted` line explains what goes wrong on request with the lines of its reference behind it: the flaw, and the file
/// and line of the request. Its fen are what the creditor has less or more than was ordered.
///
/// Lines are written in batches, each in one piece with its `batch` line last. What follows the last `batch` or
/// `notified` line when the process has died was never acted on: it is cut away and done again. `notified` says that
/// all results of a batch are in their folders.
///
/// No time and no full account number stands in it. Identifiers that others choose are written with `_` and two
/// hexadecimal digits for every byte but letters, digits, `.` and `-`.
package struct BankJournal: Hashable, Sendable {
    /// Movements and refusals of all whole batches, in their order.
    package private(set) var lines: [Line] = []
    /// The lines of each batch, and whether its results are out. Batch 1 is the first.
    private(set) var batches: [Batch] = []
    /// How many bytes belong to whole batches; anything after them is to be cut away.
    private(set) var wholeLength = 0

    struct Batch: Hashable, Sendable {
        let lines: Range<Int>
        var isNotified: Bool
    }

    /// One line of the journal.
    package struct Line: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            /// Money has left the payer's account.
            case executed
            /// Money that had left has come back to the payer.
            case returned
            /// An order, or with the key `-` a whole order file, was not executed.
            case rejected
            /// Something goes wrong with the order because somebody asked for it.
            case wanted
        }

        package let sequence: Int
        package let kind: Kind
        /// The message identifier of the order file; `NOTPROVIDED` when it could not be read.
        package let messageID: String
        /// The end-to-end key; `-` for a whole file.
        package let key: String
        package let payer: AgencyCode
        /// The agency whose account was credited; nil when none was.
        package let creditor: AgencyCode?
        /// The creditor's account: stars and its last four places; `-` for a whole file.
        package let creditorAccount: String
        package let amount: Money
        /// The bank's reference of the order; the entries add a letter to it.
        package let reference: String
        /// An external code of ISO 20022 for what was returned or rejected; of what was wanted, the flaw and its request.
        package let reason: String?
    }

    static let path = "journal.csv"
    static let header = "sequence,kind,message,key,payer,creditor,fen,reference,reason\n"

    /// Sequence of the next line.
    private(set) var nextSequence = 1
}

extension BankJournal {
    /// Reads a journal, also that of a bank that was killed.
    ///
    /// - Throws: when a line that a bank once finished is not as it wrote it.
    package init(reading bytes: [UInt8]) throws(BankJournalFault) {
        self.init()
        let header = Array(BankJournal.header.utf8)
        guard bytes.count >= header.count else {
            guard header.starts(with: bytes) else { throw BankJournalFault(line: 1, detail: "is not the heading") }
            return
        }
        guard bytes.starts(with: header) else { throw BankJournalFault(line: 1, detail: "is not the heading") }
        wholeLength = header.count
        var open: [Line] = []
        var start = header.count
        var number = 1
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            number += 1
            let fields = bytes[start..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            start = end + 1
            guard fields.count == 9, fields[0] == String(nextSequence) else {
                throw BankJournalFault(line: number, detail: "does not follow the line before it")
            }
            nextSequence += 1
            switch fields[1] {
            case "batch":
                guard fields[2] == String(batches.count + 1), !open.isEmpty else {
                    throw BankJournalFault(line: number, detail: "is not the next batch")
                }
                batches.append(Batch(lines: lines.count..<lines.count + open.count, isNotified: false))
                lines += open
                open = []
                wholeLength = start
            case "notified":
                guard open.isEmpty, let batch = Int(fields[2]), batches.indices.contains(batch - 1) else {
                    throw BankJournalFault(line: number, detail: "names a batch that is not there")
                }
                batches[batch - 1].isNotified = true
                wholeLength = start
            default:
                guard let line = Line(fields, sequence: nextSequence - 1) else {
                    throw BankJournalFault(line: number, detail: "is not a line of a bank")
                }
                open.append(line)
            }
        }
        nextSequence -= open.count
    }

    /// Begins an empty journal and gives its heading.
    mutating func begin() -> [UInt8] {
        let bytes = Array(BankJournal.header.utf8)
        wholeLength = bytes.count
        return bytes
    }

    /// Adds a batch and gives the bytes to append. Sequences are given here.
    mutating func add(batch added: [Line]) -> [UInt8] {
        batches.append(Batch(lines: lines.count..<lines.count + added.count, isNotified: false))
        lines += added
        nextSequence += added.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(added.count * 160)
        for line in added { bytes.append(contentsOf: line.text.utf8) }
        bytes.append(contentsOf: mark("batch", batches.count))
        wholeLength += bytes.count
        return bytes
    }

    /// Notes that the results of a batch are out and gives the bytes to append.
    mutating func note(notified batch: Int) -> [UInt8] {
        batches[batch - 1].isNotified = true
        let bytes = mark("notified", batch)
        wholeLength += bytes.count
        return bytes
    }

    private mutating func mark(_ kind: String, _ batch: Int) -> [UInt8] {
        defer { nextSequence += 1 }
        return Array("\(nextSequence),\(kind),\(batch),-,-,-,0,-,-\n".utf8)
    }
}

extension BankJournal.Line {
    fileprivate var text: String {
        let account = (creditor.map { $0.text + ":" } ?? "") + creditorAccount
        return
            "\(sequence),\(kind.rawValue),\(SafeText.encoded(messageID)),\(key),\(payer.text),\(account),\(amount.fen),"
            + "\(reference),\(reason ?? "-")\n"
    }

    fileprivate init?(_ fields: [String], sequence: Int) {
        let account = fields[5].split(separator: ":", omittingEmptySubsequences: false)
        guard let kind = Kind(rawValue: fields[1]), let messageID = SafeText.decoded(fields[2]),
            let payer = AgencyCode(fields[4]), let fen = Int64(fields[6]), fen >= 0, (1...2).contains(account.count)
        else { return nil }
        let creditor = account.count == 2 ? AgencyCode(account[0]) : nil
        guard account.count == 1 || creditor != nil else { return nil }
        self.init(
            sequence: sequence, kind: kind, messageID: messageID, key: fields[3], payer: payer, creditor: creditor,
            creditorAccount: String(account[account.count - 1]), amount: Money(fen: fen), reference: fields[7],
            reason: fields[8] == "-" ? nil : fields[8])
        guard kind != .wanted || allotment != nil else { return nil }
    }

    /// What was wanted, by which request; nil for any other line.
    var allotment: BankRequests.Allotment? {
        guard kind == .wanted, let parts = reason?.split(separator: ":", maxSplits: 1), parts.count == 2,
            let flaw = WantedFlaw(name: String(parts[0]), amount: amount, looks: 0)
        else { return nil }
        return BankRequests.Allotment(id: String(parts[1]), flaw: flaw)
    }
}

/// A journal that no bank has written.
package struct BankJournalFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1; the heading is line 1.
    package let line: Int
    package let detail: String

    package init(line: Int, detail: String) {
        self.line = line
        self.detail = detail
    }

    package var description: String { "journal line \(line) \(detail)" }
}

/// Identifiers that others choose, written so that they can stand in a line and in a file name.
enum SafeText {
    static func encoded(_ text: String) -> String {
        var safe = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"):
                safe.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                safe += "_" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return safe
    }

    /// - Returns: nil when ``encoded(_:)`` does not write such a text.
    static func decoded(_ safe: String) -> String? {
        var bytes: [UInt8] = []
        var rest = safe.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "_") {
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self), encoded(text) == safe else { return nil }
        return text
    }
}
