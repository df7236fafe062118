import Testing
import TransferCore
import TransferDocuments

@Suite struct `A document` {
    @Test(arguments: SampleCase.contents)
    func `is read as it was written`(content: DocumentContent) throws {
        let envelope = SampleCase.envelope(content)
        let payload = try envelope.encoded()
        let read = try DocumentEnvelope(decoding: payload)
        #expect(read == envelope)
        #expect(try read.encoded() == payload)
        #expect(try DocumentHead(decoding: payload) == envelope.head)
    }

    @Test func `has its members in their published order`() throws {
        let payload = try SampleCase.envelope(SampleCase.contents[0]).encoded()
        guard case .object(let object) = JSON.reading(payload) else { return #expect(Bool(false)) }
        #expect(
            object.members.map(\.name) == [
                "format", "kind", "case", "from", "to", "sequence", "previous", "issuedAt", "maker", "checker",
                "content",
            ])
    }

    @Test(arguments: SampleCase.contents)
    func `with any one member missing is refused at that member`(content: DocumentContent) throws {
        let whole = JSON.reading(try SampleCase.envelope(content).encoded())
        let mayBeAbsent = ["/carried", "/baseLimits", "/region", "/paidOn"]
        // Members that may be absent, or that stand and fall with another one.
        let bound = ["/makesUp", "/expectedFen", "/foundFen", "/difference", "/ground"].map { "/content" + $0 }
        for (pointer, _) in whole.places() where pointer.split(separator: "/").last.flatMap({ Int($0) }) == nil {
            let without = whole.edited(pointer, to: nil)
            if mayBeAbsent.contains(where: pointer.hasSuffix) && pointer.contains("/request/") { continue }
            if bound.contains(pointer) && content.hasBoundMembers { continue }
            if pointer == "/content/orderKey" && content.kind == .recallRequest { continue }
            #expect(throws: DocumentFault.self, "without \(pointer)") { try DocumentEnvelope(decoding: without.bytes) }
            let fault = fault(of: without)
            #expect(fault?.code == .missingField && fault?.pointer == pointer, "\(pointer): \(fault as Any)")
        }
    }

    @Test(arguments: SampleCase.contents)
    func `with any one member too many is refused at that member`(content: DocumentContent) throws {
        let whole = JSON.reading(try SampleCase.envelope(content).encoded())
        let objects = [("", whole)] + whole.places()
        for case (let pointer, .object) in objects where !pointer.hasSuffix("/ratesBp") {
            let fault = fault(of: whole.edited(pointer + "/zzz", to: .integer(1)))
            #expect(fault?.code == .unknownField && fault?.pointer == pointer + "/zzz", "\(pointer): \(fault as Any)")
        }
    }

    @Test(arguments: SampleCase.contents)
    func `with a value of another type is refused at that value`(content: DocumentContent) throws {
        let whole = JSON.reading(try SampleCase.envelope(content).encoded())
        for (pointer, value) in whole.places() {
            let other: JSON = if case .bool = value { .integer(1) } else { .bool(true) }
            let fault = fault(of: whole.edited(pointer, to: other))
            #expect(fault?.code == .wrongType && fault?.pointer == pointer, "\(pointer): \(fault as Any)")
        }
    }

    @Test(arguments: SampleCase.contents, [-1, 1_000_000_000_001, 999_999_999_999_999_999] as [Int64])
    func `holds no amount below zero or above the limit`(content: DocumentContent, amount: Int64) throws {
        let whole = JSON.reading(try SampleCase.envelope(content).encoded())
        for (pointer, _) in whole.places() where pointer.hasSuffix("Fen") {
            let fault = fault(of: whole.edited(pointer, to: .integer(amount)))
            #expect(fault?.code == .outOfRange && fault?.pointer == pointer, "\(pointer): \(fault as Any)")
        }
    }

    /// To Swift a mark is one character with the letter before it, and is left out together with it.
    @Test(arguments: SampleCase.contents)
    func `is refused when a combining mark hides behind a sign that is skipped`(content: DocumentContent) throws {
        let whole = JSON.reading(try SampleCase.envelope(content).encoded())
        let maker = fault(of: whole.edited("/maker", to: .string("staff:\u{301}0107")))
        #expect(maker?.pointer == "/maker", "\(maker as Any)")
        for (pointer, _) in whole.places() where pointer.hasSuffix("maskedAccount") {
            let account = fault(of: whole.edited(pointer, to: .string("****\u{301}0005")))
            #expect(account?.pointer.hasSuffix("maskedAccount") == true, "\(account as Any)")
        }
    }

    @Test func `is not written when its partner would have to refuse it`() {
        let letter = SampleCase.letter
        let wrong = AcceptanceLetter(
            version: 1, person: letter.person, payee: letter.payee, office: letter.office, payouts: [.housing],
            payoutAccount: nil, applicationDigest: letter.applicationDigest, issuedOn: letter.issuedOn)
        #expect {
            try SampleCase.envelope(.acceptanceLetter(wrong)).encoded()
        } throws: { error in
            (error as? DocumentFault)?.pointer == "/content/payoutAccount"
        }
    }

    @Test func `whose content is refused still has a readable envelope`() throws {
        let whole = JSON.reading(try SampleCase.envelope(SampleCase.contents[0]).encoded())
        let head = try DocumentHead(decoding: whole.edited("/content/version", to: .integer(0)).bytes)
        #expect(head.caseNumber == SampleCase.number)
        #expect(head.sequence == 1)
    }

    @Test func `holds six hundred lines and no more`() throws {
        #expect(throws: Never.self) { try DocumentEnvelope(decoding: SampleCase.envelope(try form(of: 600)).encoded()) }
        #expect {
            try SampleCase.envelope(try form(of: 601)).encoded()
        } throws: { error in
            (error as? DocumentFault)?.pointer == "/content/request/lines"
        }
    }

    /// A form with one line for each month from 1980 on, each with all that a line can have.
    private func form(of count: Int) throws -> DocumentContent {
        let share = BasisPoints(800)!
        let lines = (0..<count).map { index in
            let month = CalendarMonth(year: 1980 + index / 12, month: index % 12 + 1)!
            return ContributionLine(
                year: month.year, from: month, to: month, kind: .ordinary, base: Money(fen: 1_000_000),
                baseLimits: BaseLimits(floor: .zero, ceiling: Money(fen: 2_000_000)), ownShare: share,
                creditedShare: share, employerShare: share, region: SampleCase.origin)
        }
        let request = FundRequest(
            origin: SampleCase.origin, destination: SampleCase.destination, destinationScheme: .employee,
            relation: .general, transferMonth: CalendarMonth(year: 2031, month: 1)!,
            interest: InterestTerms(
                formula: .annual, rates: Dictionary(uniqueKeysWithValues: (1980...2079).map { ($0, share) })),
            carried: nil, lines: lines)
        return .informationForm(
            InformationForm(
                letterVersion: 1, person: SampleCase.person, request: request,
                computation: try request.computeFunds(), frozenOn: SampleCase.day("2031-01-05")))
    }
}

extension DocumentContent {
    fileprivate var hasBoundMembers: Bool {
        switch self {
        case .remittanceAdvice, .query, .recallAnswer: true
        default: false
        }
    }
}

/// The fault with which a document is refused; nil when it is taken.
func fault(of json: JSON) -> DocumentFault? {
    do throws(DocumentFault) {
        _ = try DocumentEnvelope(decoding: json.bytes)
        return nil
    } catch {
        return error
    }
}
