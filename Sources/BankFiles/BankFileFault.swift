/// Why a bank file is refused. A file is refused whole: nothing of it may be used.
///
/// The detail never holds a name, an account number or an amount of a person, so that a fault can be logged.
package struct BankFileFault: Error, Hashable, Sendable {
    package let code: Code
    package let place: BankFilePlace
    /// What is wrong and what would be right, in English, for people. Never part of a comparison in tests.
    package let detail: String

    package init(_ code: Code, at place: BankFilePlace, _ detail: String) {
        self.code = code
        self.place = place
        self.detail = detail
    }

    /// The published codes, in the order in which a file is looked at; their spelling never changes.
    package enum Code: String, Hashable, CaseIterable, Sendable {
        /// More than ``BankFileLimit/bytes``.
        case size
        /// The bytes are not UTF-8, or of a sheet not GB 18030 either, or the file declares another encoding.
        case encoding
        /// A document type declaration: entities are never read.
        case documentType = "document-type"
        /// Not well-formed XML, or not the rows of a sheet; half a file is this.
        case malformed
        /// Elements nested deeper than ``BankFileLimit/depth``.
        case depth
        /// More elements than ``BankFileLimit/elements``, or more lines than ``BankFileLimit/rows``.
        case elementCount = "element-count"
        /// Another message, or another version of it.
        case namespace
        case unexpectedElement = "unexpected-element"
        case unexpectedAttribute = "unexpected-attribute"
        case unexpectedText = "unexpected-text"
        case elementOrder = "element-order"
        case repeatedElement = "repeated-element"
        case missingElement = "missing-element"
        /// A text too long, empty, or with a character that does not belong there.
        case textForm = "text-form"
        /// A date or an instant that does not exist or is written in another form.
        case dateForm = "date-form"
        /// An amount that is not digits, a full stop and two digits, or is beyond `Money.limit`.
        case amountForm = "amount-form"
        case negativeAmount = "negative-amount"
        case zeroAmount = "zero-amount"
        case currency
        /// Not the account that was expected.
        case account
        case bankCode = "bank-code"
        /// A code that this reader does not know and must not guess: a status, a direction, a kind of balance.
        case unknownCode = "unknown-code"
        case duplicateKey = "duplicate-key"
        case duplicateReference = "duplicate-reference"
        case transactionCount = "transaction-count"
        case controlSum = "control-sum"
        /// The closing balance is not the opening balance and the entries.
        case balance
        /// An entry lies outside the days of the statement.
        case day
        /// The number of a statement is none, or so far behind the last one that too many are missing.
        case sequence
        /// Another file came under the same identifier, with other bytes.
        case duplicateFile = "duplicate-file"
        /// Older than a statement that was taken: yesterday's file.
        case stale
    }
}

extension BankFileFault: CustomStringConvertible {
    /// One line for a log: `control-sum at CstmrCdtTrfInitn/GrpHdr/CtrlSum: …`.
    package var description: String { "\(code.rawValue) at \(place): \(detail)" }
}

/// Where in a bank file: the names of the elements from the message down, or the line and heading of a sheet, and the
/// transaction.
package struct BankFilePlace: Hashable, Sendable {
    /// Element names with a number in brackets where an element may stand more than once, both counted from 1:
    /// `CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[3]/Amt/InstdAmt`. In a sheet `line[4]/金额`. Empty for the file as a whole.
    package let path: String
    /// The transfer or entry, counted from 1 over the whole file; nil outside any.
    package let transaction: Int?

    package init(_ path: String, transaction: Int? = nil) {
        self.path = path
        self.transaction = transaction
    }

    /// The file as a whole.
    package static let file = BankFilePlace("")
}

extension BankFilePlace: CustomStringConvertible {
    package var description: String {
        let name = path.isEmpty ? "the file" : path
        return transaction.map { "\(name) (transaction \($0))" } ?? name
    }
}

/// How much of a bank file is read at all.
///
/// Source: our choice; every input has a bound.
package enum BankFileLimit {
    /// 16 MiB.
    package static let bytes = 16 * 1024 * 1024
    package static let depth = 32
    package static let elements = 500_000
    /// Lines of an account sheet, its headings counted.
    package static let rows = 100_000
}
