import Testing
import TransferCore
import TransferDocuments

/// One thing wrong with a dossier that its exporter signed: what must be found, and where.
struct DossierFlaw: Sendable, CustomTestStringConvertible {
    let name: String
    let code: DossierFinding.Code
    let member: String
    var story = DossierStory.completed
    var role = Role.destination
    let change: @Sendable (inout DossierDraft) throws -> Void

    var testDescription: String { name }

    private static let workshop = DossierWorkshop.shared
    private static let other = CaseNumber(destination: SampleCase.destination, year: 2026, serial: 13)!

    static let all: [DossierFlaw] = straight + beside + inLog

    private static let straight: [DossierFlaw] = [
        // Who signed.
        DossierFlaw(name: "the directory had expired", code: .directoryExpired, member: "directory.jws") {
            $0.directory = try workshop.directory(expiresAt: DossierWorkshop.now - 3_600)
        },
        DossierFlaw(
            name: "a key was revoked before it signed", code: .signerNotTrusted, member: "documents/0003.jws"
        ) {
            $0.directory = try workshop.directory(revokingOriginAt: time("2026-03-12T01:00:00Z"))
        },
        DossierFlaw(
            name: "a key was revoked between signing and receipt", code: .signerNotTrusted,
            member: "documents/0002.jws"
        ) {
            $0.directory = try workshop.directory(revokingOriginAt: time("2026-03-11T02:00:03Z"))
        },
        DossierFlaw(name: "the signer is in no directory", code: .signerNotTrusted, member: "documents/0002.jws") {
            $0.documents[1].key = workshop.strangerKey
        },
        DossierFlaw(
            name: "the signature is before the key's time", code: .signerNotTrusted, member: "documents/0001.jws"
        ) {
            $0.documents[0].signedAt = SigningTime("2024-03-10T02:00:00Z")!
        },
        DossierFlaw(name: "another agency signed", code: .signerOther, member: "documents/0002.jws") {
            $0.documents[1].key = workshop.keys[DossierWorkshop.third]
        },
        DossierFlaw(name: "another agency signed the manifest", code: .signerOther, member: "manifest.jws") {
            $0.manifestKey = workshop.keys[DossierWorkshop.third]
        },
        DossierFlaw(name: "an agency exports that has no part in the case", code: .signerOther, member: "manifest.jws")
        {
            $0.exporter = DossierWorkshop.third
        },

        // Documents and receipts.
        DossierFlaw(name: "a document is of another case", code: .otherCase, member: "documents/0001.jws") {
            $0.documents[0].caseNumber = other
        },
        DossierFlaw(name: "a document goes the wrong way", code: .direction, member: "documents/0002.jws") {
            $0.documents[1].recipient = DossierWorkshop.third
        },
        DossierFlaw(name: "a sequence has a gap", code: .sequenceGap, member: "documents/0003.jws") {
            $0.documents[2].sequence = 3
        },
        DossierFlaw(name: "a document is missing", code: .sequenceGap, member: "documents/0003.jws") {
            $0.documents.remove(at: 2)
        },
        DossierFlaw(name: "a document names no document of the case", code: .chainBroken, member: "documents/0004.jws")
        {
            $0.documents[3].previous = DocumentDigest(of: [1, 2, 3])
        },
        DossierFlaw(name: "a receipt is missing", code: .receiptMissing, member: "receipts/0005.jws") {
            $0.documents[4].receipt = { _, _ in nil }
        },
        DossierFlaw(name: "a receipt is for other bytes", code: .receiptDiffers, member: "receipts/0002.jws") {
            $0.documents[1].receipt = { envelope, _ in
                DossierDraft.Document.accepted(envelope, DocumentDigest(of: [7]))
            }
        },
        DossierFlaw(
            name: "a receipt has the path of another to the signature that they share", code: .signatureInvalid,
            member: "receipts/0002.jws"
        ) {
            $0.sharesReceipts = true
            $0.changeSharedReceipts = { receipts in
                // Those of the destination, for certificate, form, advice and notice; the origin has got two documents.
                guard receipts.count > 2 else { return receipts }
                let stop = UInt8(ascii: ".")
                let behind = receipts[1].split(separator: stop)[2]
                let before = receipts[0].split(separator: stop)[0...1].joined(separator: [stop])
                return [Array(before) + [stop] + behind] + receipts[1...]
            }
        },
        DossierFlaw(name: "the sender signed its own receipt", code: .signerOther, member: "receipts/0002.jws") {
            $0.documents[1].receiptKey = workshop.keys[SampleCase.origin]
        },
        DossierFlaw(name: "a document that the case needs was refused", code: .documentMissing, member: "documents/") {
            $0.documents[2].receipt = {
                DossierDraft.Document.receipt($0, $1, .refused(code: "chain", pointer: "/previous"))
            }
        },

        // What they say.
        DossierFlaw(
            name: "the application is not the one answered", code: .applicationDiffers, member: "application.json"
        ) {
            var other = SampleCase.application
            other.person = InsuredPerson(name: "王小华", residentID: SampleCase.person.residentID)
            $0.application = try ApplicationForm.write(
                TransferApplication(
                    person: other.person, origin: SampleCase.origin, applicant: .insuredPerson, mobile: "13800138000",
                    certificateNumber: nil, payoutAccount: nil, otherBranches: [], approvedMove: false))
        },
        DossierFlaw(
            name: "a letter answers a correction that is not there", code: .applicationDiffers,
            member: "documents/0001.jws"
        ) {
            let letter = SampleCase.letter
            $0.documents[0].content = .acceptanceLetter(
                AcceptanceLetter(
                    version: 2, person: letter.person, payee: letter.payee, office: letter.office,
                    payouts: letter.payouts, payoutAccount: letter.payoutAccount,
                    applicationDigest: letter.applicationDigest, issuedOn: letter.issuedOn))
        },
        DossierFlaw(name: "the certificate is about another person", code: .personDiffers, member: "documents/0002.jws")
        {
            let certificate = SampleCase.certificate
            $0.documents[1].content = .contributionCertificate(
                ContributionCertificate(
                    letterVersion: 1, person: InsuredPerson(name: "王小华", residentID: SampleCase.person.residentID),
                    relation: .general, firstMonth: certificate.firstMonth, lastMonth: certificate.lastMonth,
                    monthsPaid: 1, accountBalance: certificate.accountBalance, issuedOn: certificate.issuedOn))
        },
        DossierFlaw(name: "the certificate has another balance", code: .amountDiffers, member: "documents/0002.jws") {
            let certificate = SampleCase.certificate
            $0.documents[1].content = .contributionCertificate(
                ContributionCertificate(
                    letterVersion: 1, person: certificate.person, relation: .general,
                    firstMonth: certificate.firstMonth, lastMonth: certificate.lastMonth, monthsPaid: 1,
                    accountBalance: certificate.accountBalance + Money(fen: 1), issuedOn: certificate.issuedOn))
        },
        DossierFlaw(
            name: "the form is not what its lines come to", code: .computationDiffers, member: "documents/0003.jws"
        ) {
            var request = SampleCase.request
            request = FundRequest(
                origin: request.origin, destination: request.destination, destinationScheme: .employee,
                relation: .general, transferMonth: request.transferMonth, interest: request.interest,
                carried: request.carried, lines: request.lines.dropLast() + [request.lines[3].withBase(Money(fen: 1))])
            request = FundRequest(
                origin: request.origin, destination: request.destination, destinationScheme: .employee,
                relation: .general, transferMonth: request.transferMonth,
                interest: InterestTerms(
                    formula: .monthlyProducts,
                    rates: request.interest.rates.merging([2025: BasisPoints(251)!]) { $1 }),
                carried: request.carried, lines: request.lines)
            $0.documents[2].content = .informationForm(
                InformationForm(
                    letterVersion: 1, person: SampleCase.person, request: request,
                    computation: SampleCase.computation, frozenOn: SampleCase.form.frozenOn))
        },
        DossierFlaw(name: "the advice has another amount", code: .amountDiffers, member: "documents/0004.jws") {
            let advice = SampleCase.advice
            $0.documents[3].content = .remittanceAdvice(
                RemittanceAdvice(
                    orderKey: advice.orderKey, amount: advice.amount - Money(fen: 900), payee: advice.payee,
                    bankReference: advice.bankReference, paidOn: advice.paidOn))
        },
        DossierFlaw(name: "the advice has another payee", code: .payeeDiffers, member: "documents/0004.jws") {
            let advice = SampleCase.advice
            $0.documents[3].content = .remittanceAdvice(
                RemittanceAdvice(
                    orderKey: advice.orderKey, amount: advice.amount, payee: SampleCase.ownAccount,
                    bankReference: advice.bankReference, paidOn: advice.paidOn))
        },
        DossierFlaw(name: "the completion has another amount", code: .amountDiffers, member: "documents/0007.jws") {
            let completion = SampleCase.completion
            $0.documents[6].content = .completionNotice(
                CompletionNotice(
                    orderKey: completion.orderKey, individual: completion.individual + Money(fen: 1),
                    pooled: completion.pooled, monthsJoined: completion.monthsJoined,
                    bankReference: completion.bankReference, completedOn: completion.completedOn))
        },

        // The case.
        DossierFlaw(name: "an event cannot happen", code: .historyNotAllowed, member: "events.json") {
            $0.events.swapAt(2, 3)
        },
        DossierFlaw(
            name: "an event has a code that is none of its own", code: .historyNotAllowed, member: "events.json"
        ) {
            let event = $0.events[8]
            $0.events[8] = Dossier.Event(
                branch: event.branch, name: event.name, code: "RJ01", atMilliseconds: event.atMilliseconds,
                actor: event.actor, cause: nil)
        },
        DossierFlaw(
            name: "an event was caused by a document that is not there", code: .historyWithoutDocument,
            member: "events.json"
        ) {
            let event = $0.events[2]
            $0.events[2] = Dossier.Event(
                branch: event.branch, name: event.name, code: nil, atMilliseconds: event.atMilliseconds,
                actor: event.actor, cause: DocumentDigest(of: [9]).text)
        },
        DossierFlaw(name: "the phase is not the one the events come to", code: .phaseDiffers, member: "case.json") {
            $0.phase = "reconciling"
        },
        DossierFlaw(name: "a posting is missing", code: .postingDiffers, member: "postings.json") {
            $0.postings.removeLast()
        },
        DossierFlaw(name: "a posting has another amount", code: .postingDiffers, member: "postings.json", role: .origin)
        {
            $0.postings[2] = .remittancePaid(Money(fen: 1), to: SampleCase.destination)
        },
        DossierFlaw(
            name: "a posting was made that nothing calls for", code: .postingDiffers, member: "postings.json",
            role: .origin
        ) {
            $0.postings.append(.payoutBounced(SampleCase.medicalNotice.amount, of: .medical))
        },
        DossierFlaw(name: "a completed case has no completion notice", code: .documentMissing, member: "documents/") {
            $0.documents.removeLast()
        },
        DossierFlaw(name: "a completed case has no payout notice", code: .documentMissing, member: "documents/") {
            $0.documents.remove(at: 5)
        },
    ]

    static func time(_ text: String) -> Int64 { SigningTime(text)!.secondsSince1970 }
}

extension ContributionLine {
    fileprivate func withBase(_ base: Money) -> ContributionLine {
        ContributionLine(
            year: year, from: from, to: to, kind: kind, base: base, baseLimits: baseLimits, ownShare: ownShare,
            creditedShare: creditedShare, employerShare: employerShare, region: region, paidOn: paidOn)
    }
}

@Suite struct `A dossier with one thing wrong` {
    private let workshop = DossierWorkshop.shared

    @Test(arguments: DossierFlaw.all)
    func `has the finding that names it`(flaw: DossierFlaw) throws {
        var draft = flaw.story.draft(as: flaw.role)
        try flaw.change(&draft)
        let findings = workshop.findings(try workshop.build(draft))
        #expect(findings.contains { $0.code == flaw.code && $0.member == flaw.member }, "\(findings)")
        #expect(findings.allSatisfy { !$0.chinese.isEmpty && !$0.english.isEmpty })
    }

    @Test func `in its postings is found when they do not sum to zero`() throws {
        let archive = try ArchiveReader(try workshop.build(.completed(as: .destination)))
        var writer = ArchiveWriter()
        for (name, content) in archive.entries {
            let text = String(decoding: content, as: UTF8.self)
            try writer.add(
                name,
                name == "postings.json"
                    ? Array(text.replacing("\"amountFen\":-", with: "\"amountFen\":").utf8) : Array(content))
        }
        let codes = Set(workshop.findings(writer.finish()).map(\.code))
        #expect(codes == [.memberChanged, .postingUnbalanced, .postingDiffers, .fundsUnsettled, .logProofInvalid])
    }

    @Test func `has every kind of finding tried`() {
        let tried = Set(DossierFlaw.all.map(\.code)).union([
            // In the other tests of dossiers.
            .archiveDamaged, .memberMissing, .memberUnlisted, .memberChanged, .memberUnreadable, .directoryNotTrusted,
            .signedInFuture, .signatureInvalid, .postingUnbalanced,
        ])
        #expect(tried == Set(DossierFinding.Code.allCases))
    }
}
