/// One thing that is wrong with a dossier, or missing from it. A dossier without findings is whole and true to its
/// signatures.
package struct DossierFinding: Hashable, Sendable {
    package let code: Code
    /// The member of the archive that is wrong, or that is missing.
    package let member: String
    /// What is wrong, in one sentence.
    package let chinese: String
    package let english: String

    init(_ code: Code, _ member: String, _ chinese: String, _ english: String) {
        self.code = code
        self.member = member
        self.chinese = chinese
        self.english = english
    }

    /// These codes are published and never change.
    package enum Code: String, Sendable, CaseIterable {
        // The file.
        case archiveDamaged = "archive-damaged"
        case memberMissing = "member-missing"
        case memberUnlisted = "member-unlisted"
        case memberChanged = "member-changed"
        case memberUnreadable = "member-unreadable"

        // Who signed.
        case directoryNotTrusted = "directory-not-trusted"
        case directoryExpired = "directory-expired"
        case signatureInvalid = "signature-invalid"
        case signerNotTrusted = "signer-not-trusted"
        case signerOther = "signer-other"
        case signedInFuture = "signed-in-future"

        // The documents and their receipts.
        case otherCase = "other-case"
        case direction = "direction"
        case sequenceGap = "sequence-gap"
        case chainBroken = "chain-broken"
        case receiptMissing = "receipt-missing"
        case receiptDiffers = "receipt-differs"

        // What they say.
        case applicationDiffers = "application-differs"
        case personDiffers = "person-differs"
        case computationDiffers = "computation-differs"
        case amountDiffers = "amount-differs"
        case payeeDiffers = "payee-differs"
        case formVersionDiffers = "form-version-differs"
        case orderDiffers = "order-differs"
        case answerUnasked = "answer-unasked"

        // The case.
        case historyNotAllowed = "history-not-allowed"
        case historyWithoutDocument = "history-without-document"
        case phaseDiffers = "phase-differs"
        case postingUnbalanced = "posting-unbalanced"
        case postingDiffers = "posting-differs"
        case fundsUnsettled = "funds-unsettled"
        case documentMissing = "document-missing"

        // The log of the agency.
        case logProofMissing = "log-proof-missing"
        case logProofInvalid = "log-proof-invalid"
        case stampInvalid = "stamp-invalid"
    }
}

extension DossierFinding: CustomStringConvertible {
    package var description: String { "\(member): \(code.rawValue): \(english)" }
}
