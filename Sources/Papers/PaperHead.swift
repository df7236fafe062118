package import TransferCore
package import TransferDocuments

/// What every paper says of itself beside its content: who issues it, under which number, and how it can be checked.
package struct PaperHead: Hashable, Sendable {
    package let issuer: OfficeName
    /// The office that the document was sent to; nil for a paper that goes to the person.
    package let recipient: OfficeName?
    package let caseNumber: CaseNumber?
    /// The number of the document in its case, from its sender; nil for a paper that is no exchanged document.
    package let sequence: Int?
    /// The digest of the signed bytes of the exchanged document; nil where there is none.
    package let digest: DocumentDigest?
    package let check: PaperCheck?
    package let persons: PersonView
    /// When the paper is made; stands in the file as its date of creation, and nothing else in the file tells the time.
    package let madeAt: SigningTime

    package init(
        issuer: OfficeName, recipient: OfficeName? = nil, caseNumber: CaseNumber?, sequence: Int? = nil,
        digest: DocumentDigest? = nil, check: PaperCheck?, persons: PersonView, madeAt: SigningTime
    ) {
        self.issuer = issuer
        self.recipient = recipient
        self.caseNumber = caseNumber
        self.sequence = sequence
        self.digest = digest
        self.check = check
        self.persons = persons
        self.madeAt = madeAt
    }

    /// The head of the print of an exchanged document.
    ///
    /// - Parameter digest: that of its signed payload.
    package init(
        of document: DocumentHead, digest: DocumentDigest, issuer: OfficeName, recipient: OfficeName?,
        check: PaperCheck?, persons: PersonView, madeAt: SigningTime
    ) {
        self.init(
            issuer: issuer, recipient: recipient, caseNumber: document.caseNumber, sequence: document.sequence,
            digest: digest, check: check, persons: persons, madeAt: madeAt)
    }

    /// The number as it is printed: the case, and the document's place in it.
    var number: String? {
        caseNumber.map { number in sequence.map { "\(number.text) / \($0)" } ?? number.text }
    }

    /// The day in China on which the paper is made.
    var madeOn: CivilDate? {
        CivilDate(dayNumber: Int((madeAt.secondsSince1970 + PaperHead.eightHours) / PaperHead.secondsADay))
    }

    private static let eightHours: Int64 = 28_800
    private static let secondsADay: Int64 = 86_400
}

/// An agency as it is named on paper.
package struct OfficeName: Hashable, Sendable {
    package let code: AgencyCode
    package let chinese: String
    /// Empty for none.
    package let english: String

    package init(code: AgencyCode, chinese: String, english: String) {
        self.code = code
        self.chinese = chinese
        self.english = english
    }

    /// The agency as the directory names it.
    package init(_ entry: DirectoryEntry) {
        self.init(code: entry.code, chinese: entry.nameChinese, english: entry.nameEnglish)
    }
}

/// How much of a person a paper shows.
package enum PersonView: Hashable, Sendable, CaseIterable {
    /// The name but for its first character, and the middle of numbers, behind asterisks.
    case masked
    /// Everything that the document says.
    case full
}

/// Where a paper can be checked.
package struct PaperCheck: Hashable, Sendable {
    /// The address that the QR code holds.
    package let address: String
    package let code: CheckCode

    /// The longest address, in bytes: its QR code is still read from a poor copy.
    package static let longestAddress = 120

    /// - Parameter address: ends with a stroke and the code, so that nothing else can be in it than where to ask.
    ///   `https`; `http` on this machine only.
    /// - Throws: ``PaperFault/address``.
    package init(address: String, code: CheckCode) throws(PaperFault) {
        let places = address.utf8
        let isPlain = places.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
                && byte != UInt8(ascii: "@")
        }
        let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { begin in
            places.starts(with: begin.utf8)
                && [UInt8(ascii: ":"), UInt8(ascii: "/")].contains(places.dropFirst(begin.utf8.count).first)
        }
        guard places.count <= PaperCheck.longestAddress, isPlain, here || places.starts(with: "https://".utf8),
            places.suffix(code.text.utf8.count + 1).elementsEqual("/\(code.text)".utf8)
        else { throw .address }
        self.address = address
        self.code = code
    }
}
