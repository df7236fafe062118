package import TransferCore

/// Why no paper was made. Never holds anything of a person.
package enum PaperFault: Error, Hashable, Sendable {
    /// The fonts are not installed.
    case fonts
    /// The address for the check code is not one that a paper may carry.
    case address
    /// A reference that is not 1 to 40 letters, digits or hyphens of ASCII.
    case reference
    /// A text of the caller that is longer than its place on the paper: which one.
    case textTooLong(String)
    /// More rows than ``Roster/mostRows``.
    case tooManyRows
    /// A row that does not fit on a page.
    case rowTooHigh
    /// A character was drawn as a box although a font claims to have it.
    case box
    /// The file would be larger than ``PrintedPaper/limit``.
    case tooLarge
    /// Cairo could not draw or write; its own number.
    case drawing(Int32)
}

extension PaperFault {
    /// What is wrong and how to mend it.
    package var sentence: Wording {
        switch self {
        case .fonts:
            Wording(
                chinese: "没有打印所需的字体，请安装 fonts-wqy-microhei 和 fonts-babelstone-han。",
                english: "The fonts for papers are missing: install fonts-wqy-microhei and fonts-babelstone-han.")
        case .address:
            Wording(
                chinese: "查验地址应为 https 地址，并以查验码结尾。",
                english: "The address of the check must be an https address that ends with the code.")
        case .reference:
            Wording(
                chinese: "编号只能含字母、数字和连字符，最多 40 位。",
                english: "A reference has 1 to 40 letters, digits or hyphens.")
        case .textTooLong(let name):
            Wording(chinese: "内容过长：\(name)。", english: "A text is too long: \(name).")
        case .tooManyRows:
            Wording(
                chinese: "花名册最多 \(Roster.mostRows) 行，请分批打印。",
                english: "A roster has at most \(Roster.mostRows) rows: print it in parts.")
        case .rowTooHigh: Wording(chinese: "有一行在一页内放不下。", english: "A row does not fit on a page.")
        case .box:
            Wording(
                chinese: "字体有误，有字符无法显示，未生成 PDF。",
                english: "A font is faulty: a character cannot be shown, and no PDF was made.")
        case .tooLarge: Wording(chinese: "文件过大，请分批打印。", english: "The file would be too large: print it in parts.")
        case .drawing(let number):
            Wording(chinese: "无法生成 PDF（\(number)）。", english: "The PDF could not be drawn (cairo \(number)).")
        }
    }
}
