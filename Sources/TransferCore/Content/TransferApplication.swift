/// An application for a transfer (转移接续申请): what the employer or the insured person lodges at the destination.
///
/// Source: 国办发〔2009〕66号, Art. 8 (1); field set: section 6.2 of the domain handbook.
package struct TransferApplication: Hashable, Sendable {
    package var person: InsuredPerson
    /// The agency that holds the relationship until now.
    package let origin: AgencyCode
    package let applicant: Applicant
    /// The mobile telephone of the insured person, for the notice of the result (BR-015).
    package let mobile: String
    /// The number of a contribution certificate that the person already has; nil for none (BR-017).
    package let certificateNumber: String?
    /// The insured person's own account, for balances that the destination cannot receive.
    package let payoutAccount: BankAccount?
    /// The branches other than pension that the person had at the origin and wishes to have settled.
    package let otherBranches: [Branch]
    /// Whether an organisation of county level or above approved the move (国办发〔2009〕66号, Art. 5 (3)).
    package let approvedMove: Bool
    /// Whether the person has moved, or gathers what is left in a temporary account (归集).
    package let purpose: TransferPurpose

    package init(
        person: InsuredPerson, origin: AgencyCode, applicant: Applicant, mobile: String, certificateNumber: String?,
        payoutAccount: BankAccount?, otherBranches: [Branch], approvedMove: Bool, purpose: TransferPurpose = .move
    ) {
        self.purpose = purpose
        self.person = person
        self.origin = origin
        self.applicant = applicant
        self.mobile = mobile
        self.certificateNumber = certificateNumber
        self.payoutAccount = payoutAccount
        self.otherBranches = otherBranches
        self.approvedMove = approvedMove
    }

    /// Who lodges it: the insured person or the present employer, and the form records which (BR-002).
    package enum Applicant: Hashable, Sendable {
        case insuredPerson
        case employer(name: String, creditCode: CreditCode)
    }
}

/// An insured person (参保人员) as documents name them. Prints masked.
package struct InsuredPerson: Hashable, Sendable {
    /// The name as registered; compared as bytes, never folded.
    package let name: String
    package let residentID: ResidentID

    package init(name: String, residentID: ResidentID) {
        self.name = name
        self.residentID = residentID
    }

    /// Whether two agencies mean the same person: name and number equal as bytes (BR-008).
    package func isSame(as other: InsuredPerson) -> Bool {
        residentID == other.residentID && name.utf8.elementsEqual(other.name.utf8)
    }

    /// The name with all but its first character masked: `王**`.
    package var maskedName: String {
        name.prefix(1) + String(repeating: "*", count: max(1, name.count - 1))
    }
}

extension InsuredPerson: CustomStringConvertible {
    package var description: String { "\(maskedName) \(residentID)" }
}
