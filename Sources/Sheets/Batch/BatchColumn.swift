/// The columns of the template, in their order: what an application needs besides who lodges it, which is the same for
/// all rows of a file.
package enum BatchColumn: Int, Hashable, CaseIterable, Sendable {
    /// The user's own number; `示例` marks the example, which is no application.
    case serial
    case name
    case residentID
    case mobile
    case origin
    case purpose
    case approvedMove
    case certificateNumber
    case otherBranches
    case holder
    case bankName
    case bankCode
    case cardNumber

    /// The version of the template. A new set of columns, or a new meaning of one, has a new number.
    package static let version = "1"

    /// The heading that marks the version, behind all columns; in a workbook the column is hidden.
    package static let mark = markBeginning + version

    static let markBeginning = "模板版本"

    /// The heading under which failed rows say why; always the last one, and never read.
    package static let reasonHeading = "错误原因"

    /// What marks the row of the example.
    static let exampleMark = "示例"

    /// As headings and messages have it.
    package var heading: String {
        switch self {
        case .serial: "序号"
        case .name: "姓名"
        case .residentID: "身份证号"
        case .mobile: "手机号码"
        case .origin: "转出地"
        case .purpose: "申请事由"
        case .approvedMove: "组织批准调动"
        case .certificateNumber: "参保缴费凭证编号"
        case .otherBranches: "其他险种"
        case .holder: "户名"
        case .bankName: "开户银行"
        case .bankCode: "开户行行号"
        case .cardNumber: "银行卡号"
        }
    }

    package var headingEnglish: String {
        switch self {
        case .serial: "number"
        case .name: "name"
        case .residentID: "identity number"
        case .mobile: "mobile number"
        case .origin: "origin"
        case .purpose: "purpose"
        case .approvedMove: "approved move"
        case .certificateNumber: "certificate number"
        case .otherBranches: "other branches"
        case .holder: "account holder"
        case .bankName: "bank"
        case .bankCode: "bank code"
        case .cardNumber: "card number"
        }
    }

    var isRequired: Bool {
        switch self {
        case .name, .residentID, .mobile, .origin, .approvedMove: true
        case .serial, .purpose, .certificateNumber, .otherBranches, .holder, .bankName, .bankCode, .cardNumber: false
        }
    }

    /// Whether it holds digits and letters of ASCII without any space.
    var isNumber: Bool {
        switch self {
        case .residentID, .mobile, .certificateNumber, .bankCode, .cardNumber: true
        case .serial, .name, .origin, .purpose, .approvedMove, .otherBranches, .holder, .bankName: false
        }
    }

    /// The heading as the template writes it.
    var templateHeading: String { isRequired ? heading + "（必填）" : heading }

    /// The example of the template. The person and the account are invented; their check digits fit.
    var example: String {
        switch self {
        case .serial: BatchColumn.exampleMark
        case .name, .holder: "王晓华"
        case .residentID: "11010519491231002X"
        case .mobile: "13800138000"
        case .origin: "510100"
        case .purpose: BatchWords.move
        case .approvedMove: BatchWords.no
        case .certificateNumber: ""
        case .otherBranches: BatchWords.medical
        case .bankName: "示例银行深圳分行"
        case .bankCode: "313584000019"
        case .cardNumber: "6217000000000000004"
        }
    }

    /// The column of a field of the form, by its JSON Pointer; nil for what no column holds.
    init?(pointer: String) {
        switch pointer {
        case "/person/name": self = .name
        case "/person/residentId": self = .residentID
        case "/mobile": self = .mobile
        case "/origin": self = .origin
        case "/purpose": self = .purpose
        case "/approvedMove": self = .approvedMove
        case "/certificateNumber": self = .certificateNumber
        case "/payoutAccount/holder": self = .holder
        case "/payoutAccount/bankName": self = .bankName
        case "/payoutAccount/bankCode": self = .bankCode
        case "/payoutAccount", "/payoutAccount/number": self = .cardNumber
        default:
            guard pointer.hasPrefix("/otherBranches") else { return nil }
            self = .otherBranches
        }
    }
}

/// The words that the template offers.
enum BatchWords {
    static let yes = "是"
    static let no = "否"
    static let move = "跨地区就业转移"
    static let gathering = "归集"
    static let none = "无"
    static let medical = "医疗个人账户"
    static let housing = "住房公积金"

    static let purposes = [move, gathering]
    static let truths = [yes, no]
    static let branches = [none, medical, housing, medical + "、" + housing]
}
