import Casework
import Testing
import TransferCore
import TransferDocuments

/// A case where it stands at one node, brought there by two honest ones.
struct CaseStanding: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let role: Role
    /// The published names of the pension leg's phase and of the leading one's at the node.
    let phase: String
    let leading: String
    /// What each of the two nodes decides alone on the way.
    let alone: Set<DecisionStep>
    let branches: [Branch]
    /// A kind that is known by hand to be taken here.
    let taken: DocumentKind
    let reach: @Sendable (NodePair, TransferApplication) async throws -> CaseNumber

    init(
        _ role: Role, _ phase: String, leading: String? = nil, without steps: [DecisionStep] = [],
        branches: [Branch] = [], takes taken: DocumentKind,
        reach: @escaping @Sendable (NodePair, TransferApplication) async throws -> CaseNumber = {
            try await $0.transfer($1)
        }
    ) {
        testDescription = "\(role.rawValue), \(phase)" + (leading.map { ", \($0)" } ?? "")
        self.role = role
        self.phase = phase
        self.leading = leading ?? phase
        alone = Set(DecisionStep.allCases).subtracting(steps)
        self.branches = branches
        self.taken = taken
        self.reach = reach
    }

    static let all = destination + origin
}

extension CaseStanding {
    private static let destination: [CaseStanding] = [
        CaseStanding(
            .destination, "awaiting-reply", without: [.settlement], branches: [.medical],
            takes: .contributionCertificate),
        CaseStanding(.destination, "awaiting-form", takes: .informationForm) {
            try await $0.keepingBack(.informationForm, isPaid: false).transfer($1)
        },
        CaseStanding(.destination, "awaiting-advice", takes: .remittanceAdvice) {
            try await $0.keepingBack(.remittanceAdvice, isPaid: false).transfer($1)
        },
        CaseStanding(.destination, "awaiting-funds", takes: .bounceNotice) {
            try await $0.keepingBack(nil, isPaid: false).transfer($1)
        },
        CaseStanding(.destination, "holding-funds-awaiting-certificate", takes: .contributionCertificate) {
            try await $0.keepingBack(.contributionCertificate).transfer($1)
        },
        CaseStanding(.destination, "holding-funds-awaiting-form", takes: .informationForm) {
            try await $0.keepingBack(.informationForm).transfer($1)
        },
        CaseStanding(.destination, "holding-funds-awaiting-advice", takes: .remittanceAdvice) {
            try await $0.keepingBack(.remittanceAdvice).transfer($1)
        },
        CaseStanding(.destination, "mismatched", leading: "query-asked", takes: .queryAnswer) { pair, application in
            pair.bank.script { [$0.worth(PairCast.account)] }
            return try await pair.transfer(application)
        },
        CaseStanding(.destination, "mismatched", without: [.query], takes: .informationForm) { pair, application in
            pair.bank.script { [$0.worth(PairCast.account)] }
            return try await pair.transfer(application)
        },
        CaseStanding(.destination, "awaiting-account", takes: .remittanceAdvice) { pair, application in
            pair.bank.flaw(PairCast.account(of: PairCast.weifang).number, .refuses(.accountClosed))
            return try await pair.transfer(application)
        },
        CaseStanding(.destination, "awaiting-new-form", takes: .informationForm) { pair, application in
            let number = try await pair.keepingBack(nil, isPaid: false).transfer(application)
            try await pair.act(.recall(.form, .sentInError), on: number, at: pair.origin)
            try await pair.settle()
            return number
        },
        CaseStanding(.destination, "returned", takes: .query) { pair, application in
            try await pair.know(nil, .atOrigin(isActive: true))
            return try await pair.transfer(application)
        },
        CaseStanding(
            .destination, "awaiting-reply", leading: "recall-asked", without: [.settlement], takes: .recallAnswer
        ) {
            pair, application in
            let number = try await pair.transfer(application)
            pair.road.script { _ in .isKeptBack }
            try await pair.act(.withdraw(.applicantWithdrew), on: number, at: pair.destination)
            return number
        },
        CaseStanding(.destination, "completed", branches: [.medical], takes: .correctionRequest),
        CaseStanding(.destination, "completed", leading: "correction-asked", takes: .correctionAnswer) {
            pair, application in
            let number = try await pair.transfer(application)
            try await pair.act(.askCorrection, on: number, at: pair.destination)
            return number
        },
        CaseStanding(.destination, "giving-back", leading: "giving-back", takes: .returnConfirmation) {
            pair, application in
            let number = try await pair.recalled(application)
            pair.road.script { $0.kind == .returnAdvice ? .isKeptBack : .arrives }
            try await pair.act(.consentToRecall, on: number, at: pair.destination)
            try await pair.settle()
            return number
        },
        CaseStanding(.destination, "given-back", takes: .remittanceAdvice) { try await $0.givenBack($1) },
        CaseStanding(.destination, "withdrawn", without: [.settlement], takes: .recallRequest) { pair, application in
            let number = try await pair.transfer(application)
            try await pair.act(.withdraw(.applicantWithdrew), on: number, at: pair.destination)
            try await pair.settle()
            return number
        },
        CaseStanding(.destination, "ceased", takes: .recallRequest) { pair, application in
            try await pair.know(nil, .atOrigin(isDeceased: true))
            return try await pair.transfer(application)
        },
    ]

    private static let origin: [CaseStanding] = [
        CaseStanding(.origin, "checking", without: [.settlement], takes: .recallRequest),
        CaseStanding(.origin, "checking", leading: "query-asked", without: [.query], takes: .queryAnswer) {
            pair, application in
            try await pair.know(nil, .atOrigin(PairCast.person(name: "林芬")))
            return try await pair.transfer(application)
        },
        CaseStanding(.origin, "on-hold", takes: .acceptanceLetter) { pair, application in
            try await pair.know(nil, .atOrigin(hasLegalHold: true))
            return try await pair.transfer(application)
        },
        CaseStanding(.origin, "returned", takes: .acceptanceLetter) { pair, application in
            try await pair.know(nil, .atOrigin(isActive: true))
            return try await pair.transfer(application)
        },
        CaseStanding(.origin, "frozen", without: [.remittance], takes: .recallRequest),
        CaseStanding(.origin, "remitting", branches: [.medical], takes: .query) { pair, application in
            let number = try await pair.lodge(application)
            for _ in 0..<4 {
                for node in pair.nodes { _ = await pair.work(node) }
            }
            return number
        },
        CaseStanding(.origin, "bounced", takes: .acceptanceLetter) { pair, application in
            pair.bank.flaw(PairCast.account(of: PairCast.weifang).number, .refuses(.accountClosed))
            return try await pair.transfer(application)
        },
        CaseStanding(.origin, "awaiting-completion", takes: .completionNotice) {
            try await $0.keepingBack(.completionNotice).transfer($1)
        },
        CaseStanding(.origin, "awaiting-completion", leading: "recall-asked", without: [.recall], takes: .recallAnswer)
        {
            pair, application in
            let number = try await pair.keepingBack(nil, isPaid: false).transfer(application)
            try await pair.act(.recall(.form, .sentInError), on: number, at: pair.origin)
            try await pair.settle()
            return number
        },
        CaseStanding(.origin, "completed", takes: .correctionRequest),
        CaseStanding(.origin, "completed", leading: "recall-asked", takes: .recallAnswer) { try await $0.recalled($1) },
        CaseStanding(.origin, "withdrawn", without: [.settlement], takes: .recallRequest) { pair, application in
            let number = try await pair.transfer(application)
            try await pair.act(.withdraw(.applicantWithdrew), on: number, at: pair.destination)
            try await pair.settle()
            return number
        },
        CaseStanding(.origin, "ceased", takes: .recallRequest) { pair, application in
            try await pair.know(nil, .atOrigin(isDeceased: true))
            return try await pair.transfer(application)
        },
        CaseStanding(.origin, "restored", takes: .recallRequest) { try await $0.givenBack($1) },
    ]
}

extension NodePair {
    /// The same pair, with a document of this kind kept back on the road, and perhaps a bank that credits nothing.
    func keepingBack(_ kind: DocumentKind?, isPaid: Bool = true) -> NodePair {
        road.script { $0.kind == kind ? .isKeptBack : .arrives }
        if !isPaid { bank.script { _ in [] } }
        return self
    }

    /// A completed case whose money the origin has asked back.
    func recalled(_ application: TransferApplication = PairCast.application()) async throws -> CaseNumber {
        let number = try await transfer(application)
        try await act(.recall(.remittance, .sentInError), on: number, at: origin)
        try await settle()
        return number
    }

    /// A completed case whose money the origin has asked back and got.
    func givenBack(_ application: TransferApplication = PairCast.application()) async throws -> CaseNumber {
        let number = try await recalled(application)
        try await act(.consentToRecall, on: number, at: destination)
        try await settle()
        return number
    }
}
