import TransferCore

/// Grows the bytes of one message. Text is appended, never kept as a tree: a file of many thousand transfers costs its
/// own size.
struct MessageText {
    private(set) var bytes: [UInt8] = []

    /// Opens the message.
    /// - Parameters:
    ///   - expected: the number of transactions, for which room is set aside.
    init(_ kind: MessageKind, expecting expected: Int) {
        bytes.reserveCapacity(2_048 + expected * 1_024)
        append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"")
        append(kind.namespace)
        append("\"><")
        append(kind.root)
        append(">")
    }

    /// Closes the message and gives its bytes.
    consuming func closed(_ kind: MessageKind) -> [UInt8] {
        append("\n</")
        append(kind.root)
        append("></Document>\n")
        return bytes
    }

    /// Writes tags, which need no escaping.
    mutating func append(_ tags: String) { bytes.append(contentsOf: tags.utf8) }

    /// Writes `<name>text</name>`.
    mutating func leaf(_ name: String, _ text: String) {
        append("<")
        append(name)
        append(">")
        escaped(text)
        append("</")
        append(name)
        append(">")
    }

    /// Writes an amount in yuan with its currency.
    mutating func amount(_ name: String, _ money: Money) {
        append("<")
        append(name)
        append(" Ccy=\"CNY\">")
        append(money.description)
        append("</")
        append(name)
        append(">")
    }

    /// Writes an account of a bank that has no IBAN.
    mutating func account(_ name: String, _ number: String) {
        append("<")
        append(name)
        append("><Id><Othr>")
        leaf("Id", number)
        append("</Othr></Id></")
        append(name)
        append(">")
    }

    /// Writes a bank by its code in the national payment system.
    mutating func bank(_ name: String, _ code: String) {
        append("<")
        append(name)
        append("><FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>")
        leaf("MmbId", code)
        append("</ClrSysMmbId></FinInstnId></")
        append(name)
        append(">")
    }

    private mutating func escaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "<"): append("&lt;")
            case UInt8(ascii: ">"): append("&gt;")
            default: bytes.append(byte)
            }
        }
    }
}

/// The four messages that are spoken with a bank, each in one version.
///
/// Source: ISO 20022 message definitions.
enum MessageKind {
    /// Customer credit transfer initiation.
    case remittanceOrder
    /// Customer payment status report.
    case orderStatus
    /// Bank to customer debit credit notification.
    case accountNotification
    /// Bank to customer statement.
    case accountStatement

    var identifier: String {
        switch self {
        case .remittanceOrder: "pain.001.001.09"
        case .orderStatus: "pain.002.001.10"
        case .accountNotification: "camt.054.001.08"
        case .accountStatement: "camt.053.001.08"
        }
    }

    var namespace: String { "urn:iso:std:iso:20022:tech:xsd:" + identifier }

    /// The one element inside `Document`.
    var root: String {
        switch self {
        case .remittanceOrder: "CstmrCdtTrfInitn"
        case .orderStatus: "CstmrPmtStsRpt"
        case .accountNotification: "BkToCstmrDbtCdtNtfctn"
        case .accountStatement: "BkToCstmrStmt"
        }
    }
}
