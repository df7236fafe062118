import Casework
import Testing
import TransferCore
import TransferDocuments

/// One side of a case played by the test: it writes and signs whatever it likes, with its own key or another.
struct PlayedSide: Sendable {
    let agency: AgencyCode
    let peer: AgencyCode
    let number: CaseNumber
    /// Of the last document that was made by ``next(_:)``.
    private(set) var sequence = 0
    /// The newest document of the case, of either side.
    var previous: DocumentDigest?

    init(_ agency: AgencyCode, peer: AgencyCode, number: CaseNumber, previous: DocumentDigest? = nil) {
        self.agency = agency
        self.peer = peer
        self.number = number
        self.previous = previous
    }

    /// The payload of a document in its place, or in any other.
    func payload(
        _ content: DocumentContent, number: CaseNumber? = nil, from: AgencyCode? = nil, to: AgencyCode? = nil,
        sequence: Int? = nil, previous: DocumentDigest? = nil
    ) throws -> [UInt8] {
        let place = sequence ?? self.sequence + 1
        let isFirst = content.kind == .acceptanceLetter && place == 1
        return try DocumentEnvelope(
            caseNumber: number ?? self.number, sender: from ?? agency, recipient: to ?? peer, sequence: place,
            previous: isFirst ? nil : previous ?? self.previous, issuedAt: PairCast.noon.signingTime,
            maker: .straightThrough, checker: .straightThrough, content: content
        ).encoded()
    }

    /// Signs any bytes as a document.
    func sign(
        _ payload: [UInt8], key: SigningKey? = nil, type: JWSType = .document, seconds: Int64 = 0
    ) throws -> [UInt8] {
        try (key ?? PairNetwork.shared.key(of: agency)).sign(
            payload: payload, typ: type, at: PairCast.noon.adding(milliseconds: seconds * 1_000).signingTime)
    }

    /// The next document of this side, signed.
    mutating func next(_ content: DocumentContent) throws -> [UInt8] {
        let payload = try payload(content)
        passed(payload)
        return try sign(payload)
    }

    /// Counts a document that was made by hand and keeps its place.
    mutating func passed(_ payload: [UInt8]) {
        sequence += 1
        previous = DocumentDigest(of: payload)
    }
}

// MARK: - What the origin says of Lin Fang

extension PlayedSide {
    /// Shenzhen, played: Weifang's letter has come and is to be answered.
    static func origin(of number: CaseNumber, at destination: PairNode) async throws -> PlayedSide {
        let file = try #require(try await destination.store.caseFile(number))
        return PlayedSide(
            PairCast.shenzhen, peer: PairCast.weifang, number: number, previous: file.documents.last?.digest)
    }

    func certificate(
        version: Int = 1, person: InsuredPerson = PairCast.person(), balance: Money = PairCast.account, months: Int = 8
    ) -> DocumentContent {
        .contributionCertificate(
            ContributionCertificate(
                letterVersion: version, person: person, relation: .general, firstMonth: PairCast.month("2026-01"),
                lastMonth: PairCast.month("2026-12"), monthsPaid: months, accountBalance: balance,
                issuedOn: PairCast.noon.date))
    }

    func form(
        version: Int = 1, person: InsuredPerson = PairCast.person(), destination: AgencyCode = PairCast.weifang,
        _ change: (FundComputation) -> FundComputation = { $0 }
    ) throws -> DocumentContent {
        let request = FundRequest(
            origin: PairCast.shenzhen, destination: destination, destinationScheme: .employee, relation: .general,
            transferMonth: PairCast.month("2026-11"), interest: InterestTerms(formula: .none, rates: [:]),
            carried: nil, lines: [.plain("2026-01", "2026-08")])
        return .informationForm(
            InformationForm(
                letterVersion: version, person: person, request: request,
                computation: change(try request.computeFunds()), frozenOn: PairCast.noon.date))
    }

    func advice(amount: Money = PairCast.transfer, attempt: Int = 1, leg: OrderKey.Leg = .remittance) throws
        -> DocumentContent
    {
        .remittanceAdvice(
            RemittanceAdvice(
                orderKey: try #require(OrderKey(caseNumber: number, leg: leg, attempt: attempt)),
                amount: amount, payee: PairCast.account(of: PairCast.weifang), bankReference: "B1",
                paidOn: PairCast.noon.date))
    }

    func returnNote(version: Int = 1) -> DocumentContent {
        .returnNote(
            ReturnNote(
                letterVersion: version, reason: .activeAtOrigin, text: "still insured", returnedOn: PairCast.noon.date))
    }

    func payoutNotice(_ branch: Branch) -> DocumentContent {
        .payoutNotice(PayoutNotice(branch: branch, amount: .zero, payment: nil))
    }
}

// MARK: - What the destination says

extension PlayedSide {
    func letter(
        version: Int = 1, person: InsuredPerson = PairCast.person(), payee: BankAccount? = nil, payouts: [Branch] = []
    ) -> DocumentContent {
        .acceptanceLetter(
            AcceptanceLetter(
                version: version, person: person, payee: payee ?? PairCast.account(of: agency),
                office: AgencyOffice(name: "某市", address: "某路1号", postcode: "261000", telephone: "0536-0000000"),
                payouts: payouts, payoutAccount: payouts.isEmpty ? nil : PairCast.ownAccount(),
                applicationDigest: DocumentDigest(of: [1]).text, issuedOn: PairCast.noon.date))
    }

    func completion(account: Money = PairCast.account, pooled: Money = PairCast.pooled) throws -> DocumentContent {
        .completionNotice(
            CompletionNotice(
                orderKey: try #require(OrderKey(caseNumber: number, leg: .remittance, attempt: 1)),
                individual: account, pooled: pooled, monthsJoined: 8, bankReference: "B2",
                completedOn: PairCast.noon.date))
    }
}

extension NodePair {
    /// Lodges, and lets Weifang send its letter to nobody: from here on the test plays Shenzhen.
    func playedOrigin(_ application: TransferApplication = PairCast.application()) async throws -> PlayedSide {
        let number = try await lodge(application)
        for effect in try await destination.store.openEffects(after: 0, limit: 10) {
            try await destination.desk.carryOut(effect)
        }
        return try await .origin(of: number, at: destination)
    }

    /// What a desk says to bytes.
    func said(_ node: PairNode, _ bytes: [UInt8], from peer: AgencyCode) async throws -> Said {
        try Said(await node.desk.receive(bytes, from: peer))
    }
}

/// An answer, to be compared: a receipt by what it says.
enum Said: Hashable, Sendable {
    case accepted
    case refused(String, String)
    case problem(Int, String)

    init(_ answer: PeerAnswer) throws {
        switch answer {
        case .problem(let problem): self = .problem(problem.status, problem.code)
        case .receipt(let bytes):
            let jws = try JWS.parse(bytes, typ: .receipt, maximumBytes: Desk.longestDocument)
            switch try Receipt(decoding: jws.payload).result {
            case .accepted: self = .accepted
            case .refused(let code, let pointer): self = .refused(code, pointer ?? "none")
            }
        }
    }
}
