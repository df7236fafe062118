import Glibc
import Sheets
import TransferCore
import TransferDocuments

/// Persons of a sheet, all invented.
enum SampleSheet {
    static let applicant = TransferApplication.Applicant.employer(
        name: "示例机械有限公司", creditCode: try! CreditCode("91330100799655058B"))
    static let regions = [
        BatchRegion(code: AgencyCode("510100")!, name: "成都市"), BatchRegion(code: AgencyCode("330100")!, name: "杭州市"),
    ]

    static let headings = BatchColumn.allCases.map(\.heading) + [BatchColumn.mark]
    static let width = headings.count

    /// The identity number of a person, told apart by a number below 400,000.
    static func residentID(_ number: Int) -> String {
        let day = 1 + number / 1_000 % 28
        let month = 1 + number / 28_000 % 12
        let year = 1980 + number / 336_000
        func places(_ value: Int, _ count: Int) -> String {
            String(repeating: "0", count: count - String(value).count) + String(value)
        }
        let body = "110105" + places(year, 4) + places(month, 2) + places(day, 2) + places(number % 1_000, 3)
        for check in "0123456789X" {
            if let id = try? ResidentID(body + String(check)) { return id.fullText }
        }
        preconditionFailure("no check digit fits")
    }

    /// A row that is in order.
    static func row(_ number: Int, _ changes: [BatchColumn: String] = [:]) -> [String] {
        let cells: [BatchColumn: String] = [
            .serial: String(number), .name: "王伟", .residentID: residentID(number), .mobile: "13800138000",
            .origin: "510100", .purpose: "跨地区就业转移", .approvedMove: "否", .otherBranches: "无",
        ]
        return BatchColumn.allCases.map { changes[$0] ?? cells[$0] ?? "" }
    }

    static func rowWithAccount(_ number: Int, _ changes: [BatchColumn: String] = [:]) -> [String] {
        var all: [BatchColumn: String] = [
            .otherBranches: "医疗个人账户、住房公积金", .holder: "王伟", .bankName: "示例银行深圳分行", .bankCode: "313584000019",
            .cardNumber: "6217000000000000004",
        ]
        all.merge(changes) { $1 }
        return row(number, all)
    }

    static func csv(_ rows: [[String]], separator: String = ",") -> String {
        ([headings] + rows).map { $0.joined(separator: separator) + "\r\n" }.joined()
    }

    static func judged(_ rows: [[String]]) throws(SheetRefusal) -> BatchSheet {
        try BatchSheet(reading: Array(csv(rows).utf8), lodgedBy: applicant, regions: regions)
    }

    static func judged(_ bytes: [UInt8]) throws(SheetRefusal) -> BatchSheet {
        try BatchSheet(reading: bytes, lodgedBy: applicant, regions: regions)
    }

    /// A text in a character set of the C library.
    static func encoded(_ text: String, _ charset: String) -> [UInt8] {
        let converter = iconv_open(charset, "UTF-8")!
        defer { iconv_close(converter) }
        var input = Array(text.utf8)
        var left = input.count
        let room = left * 2 + 16
        return [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBytes { source in
                var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var to: UnsafeMutablePointer<CChar>? = UnsafeMutableRawPointer(output.baseAddress!)
                    .assumingMemoryBound(to: CChar.self)
                var free = room
                precondition(iconv(converter, &from, &left, &to, &free) == 0)
                count = room - free
            }
        }
    }
}

extension BatchSheet.Row {
    var faults: [SheetFault] {
        if case .faulty(let faults) = outcome { return faults }
        return []
    }

    var application: TransferApplication? {
        switch outcome {
        case .submittable(let application, _), .duplicate(let application, _, _): application
        case .faulty: nil
        }
    }

    /// Codes with their columns, such as `missing-field 姓名`.
    var told: [String] { faults.map { "\($0.code) \($0.column?.heading ?? "-")" } }
}
