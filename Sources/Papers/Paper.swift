package import TransferCore

/// What can be printed, each from the values that were decoded, never from texts.
package enum Paper: Hashable, Sendable {
    /// 联系函.
    case acceptanceLetter(AcceptanceLetter)
    /// 参保缴费凭证.
    case contributionCertificate(ContributionCertificate)
    /// 信息表.
    case informationForm(InformationForm)
    /// 联系函退回说明: the origin hands the letter of this person back.
    case letterReturn(ReturnNote, of: InsuredPerson)
    /// 不予受理、退回补正 in writing, from the destination to the applicant.
    case applicationAnswer(ApplicationAnswer)
    /// 办结告知.
    case completion(CompletionNotice, of: InsuredPerson)
    /// 花名册, lying on its long side.
    case roster(Roster)

    /// The paper of a document; nil for a kind of document that is not printed for people.
    ///
    /// - Parameter person: whom the case is about, for documents that do not name the person.
    package init?(_ content: DocumentContent, of person: InsuredPerson) {
        switch content {
        case .acceptanceLetter(let letter): self = .acceptanceLetter(letter)
        case .contributionCertificate(let certificate): self = .contributionCertificate(certificate)
        case .informationForm(let form): self = .informationForm(form)
        case .returnNote(let note): self = .letterReturn(note, of: person)
        case .completionNotice(let notice): self = .completion(notice, of: person)
        default: return nil
        }
    }

    package var title: Wording {
        switch self {
        case .acceptanceLetter:
            Wording(
                chinese: "基本养老保险关系转移接续联系函",
                english: "Acceptance letter for the transfer of a basic pension insurance relationship")
        case .contributionCertificate:
            Wording(chinese: "基本养老保险参保缴费凭证", english: "Contribution certificate of basic pension insurance")
        case .informationForm:
            Wording(
                chinese: "基本养老保险关系转移接续信息表",
                english: "Information form for the transfer of a basic pension insurance relationship")
        case .letterReturn: Wording(chinese: "联系函退回说明", english: "Return of an acceptance letter, with its reason")
        case .applicationAnswer(let answer): answer.title
        case .completion: Wording(chinese: "转移接续办结告知书", english: "Notice that the transfer is completed")
        case .roster:
            Wording(chinese: "转移接续申请人员花名册", english: "Employer's roster of applications for transfer")
        }
    }

    /// The first part of the name of a file, published: `contribution-certificate`.
    var fileWord: String {
        switch self {
        case .acceptanceLetter: "acceptance-letter"
        case .contributionCertificate: "contribution-certificate"
        case .informationForm: "information-form"
        case .letterReturn: "letter-return"
        case .applicationAnswer(let answer): answer.kind == .refusal ? "written-refusal" : "application-return"
        case .completion: "completion-notice"
        case .roster: "roster"
        }
    }

    var liesOnLongSide: Bool {
        if case .roster = self { true } else { false }
    }
}

/// The written answer to an application that does not go on: the destination tells the applicant why, and what can be
/// done.
///
/// Source: 国办发〔2009〕66号, Art. 8 (2): a refusal is explained in writing.
package struct ApplicationAnswer: Hashable, Sendable {
    package let kind: Kind
    package let application: TransferApplication
    package let reason: Reason
    /// What the clerk adds; empty for nothing.
    package let text: String
    package let answeredOn: CivilDate

    package enum Kind: Hashable, Sendable, CaseIterable {
        /// 不予受理: the case has ended.
        case refusal
        /// 退回补正: the applicant adds or corrects something and sends it again.
        case returned
    }

    /// - Throws: ``PaperFault/textTooLong(_:)`` for more than 500 characters.
    package init(
        kind: Kind, application: TransferApplication, reason: Reason, text: String, answeredOn: CivilDate
    ) throws(PaperFault) {
        guard text.unicodeScalars.count <= 500 else { throw .textTooLong("text") }
        self.kind = kind
        self.application = application
        self.reason = reason
        self.text = text
        self.answeredOn = answeredOn
    }

    var title: Wording {
        switch kind {
        case .refusal: Wording(chinese: "转移接续申请不予受理书面说明", english: "Written refusal of an application")
        case .returned: Wording(chinese: "转移接续申请退回补正说明", english: "Return of an application for correction")
        }
    }
}

/// The persons for whom an employer has lodged applications, for its paper file.
package struct Roster: Hashable, Sendable {
    package let employer: String
    package let creditCode: CreditCode
    /// Under which the employer lodged them: 1 to 40 letters, digits or hyphens.
    package let reference: String
    package let lodgedOn: CivilDate
    package let rows: [Row]

    /// No roster has more rows. Source: our choice, twice the largest upload.
    package static let mostRows = 10_000
    /// No text of a row has more characters; no text of a row can fill a page.
    package static let longestText = 200

    package struct Row: Hashable, Sendable {
        package let application: TransferApplication
        package let origin: OfficeName
        /// nil while it is not lodged.
        package let caseNumber: CaseNumber?
        /// Where it stands, in words.
        package let state: Wording
        package let remark: String

        package init(
            application: TransferApplication, origin: OfficeName, caseNumber: CaseNumber?, state: Wording,
            remark: String
        ) {
            self.application = application
            self.origin = origin
            self.caseNumber = caseNumber
            self.state = state
            self.remark = remark
        }
    }

    package init(
        employer: String, creditCode: CreditCode, reference: String, lodgedOn: CivilDate, rows: [Row]
    ) throws(PaperFault) {
        let isReference =
            (1...40).contains(reference.utf8.count)
            && reference.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isReference else { throw .reference }
        guard rows.count <= Roster.mostRows else { throw .tooManyRows }
        guard employer.unicodeScalars.count <= Roster.longestText else { throw .textTooLong("employer") }
        for row in rows {
            for (name, text) in [
                ("name", row.application.person.name), ("origin", row.origin.chinese), ("state", row.state.chinese),
                ("remark", row.remark),
            ] where text.unicodeScalars.count > Roster.longestText {
                throw .textTooLong(name)
            }
        }
        self.employer = employer
        self.creditCode = creditCode
        self.reference = reference
        self.lodgedOn = lodgedOn
        self.rows = rows
    }
}
