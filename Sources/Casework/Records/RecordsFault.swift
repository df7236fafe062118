import TransferCore

/// One thing that is wrong with a file of records.
package struct RecordsFault: Hashable, Sendable {
    /// The line of the file on which the row begins; the header is line 1.
    package let line: Int
    /// The column; nil when it concerns the whole row or file.
    package let column: String?
    /// A published code.
    package let code: String
    /// What is wrong and how to mend it. What stands in the file is never repeated.
    package let messageChinese: String
    package let messageEnglish: String

    init(_ line: Int, _ column: String?, _ code: String, _ chinese: String, _ english: String) {
        self.line = line
        self.column = column
        self.code = code
        messageChinese = chinese
        messageEnglish = english
    }
}

extension RecordsFault: CustomStringConvertible {
    package var description: String {
        "line \(line)\(column.map { ", \($0)" } ?? ""): \(code): \(messageEnglish) \(messageChinese)"
    }
}

/// Everything that is wrong with a file of records, in the order of its lines. Nothing of such a file is imported.
package struct RecordsFaults: Error, Hashable, Sendable {
    package let faults: [RecordsFault]
    /// Whether there may be more than are told.
    package let isCut: Bool

    /// No more faults than this are told.
    package static let most = 200
}

extension RecordsFaults: CustomStringConvertible {
    package var description: String {
        let more = isCut ? "\nThere may be more." : ""
        return faults.map(\.description).joined(separator: "\n") + more
    }
}

extension RecordsFault {
    /// A fault that the rules of a fund request found, at its place in the file.
    ///
    /// - Parameters:
    ///   - line: the line of the contribution, or of the person, to which the path points.
    init(_ fault: RuleFault, line: Int) {
        self.init(
            line, RecordsFault.column(of: fault.path), fault.code.rawValue, fault.code.messageChinese,
            fault.message.prefix(1).uppercased() + fault.message.dropFirst() + ".")
    }

    private static func column(of path: String) -> String? {
        switch path.split(separator: ".").last {
        case "year": RecordColumn.year.rawValue
        case "from": RecordColumn.from.rawValue
        case "to": RecordColumn.to.rawValue
        case "baseFen": RecordColumn.baseFen.rawValue
        case "paidOn": RecordColumn.paidOn.rawValue
        case "yearEnd": RecordColumn.carriedYearEnd.rawValue
        case "balanceFen": RecordColumn.carriedBalanceFen.rawValue
        default: nil
        }
    }
}

extension RuleFault.Code {
    fileprivate var messageChinese: String {
        switch self {
        case .wrongOrder: "先后次序不对：结束不能早于开始，缴费日期不能早于所属月份。"
        case .conflictingFields: "这几项不能同时填写：只有补缴才填写缴费日期。"
        case .missingField: "补缴必须填写缴费日期。"
        case .monthOutsideYear: "月份或缴费日期不在本行所属年度内。"
        case .overlappingLines: "与本人前面的缴费记录月份重叠。"
        case .beforeCarried: "该年度已包含在结转余额中。"
        case .afterTransfer: "月份在本月之后，或结转年度尚未结束。"
        case .outOfRange, .negativeMoney: "数值超出范围，或缴费记录过多。"
        case .invalidJSON, .unknownField, .wrongType, .invalidFormat, .unknownValue, .impossibleDate, .missingRate,
            .calendarRange, .pauseLimit:
            "内容不符合规则。"
        }
    }
}
