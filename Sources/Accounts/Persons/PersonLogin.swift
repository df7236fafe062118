package import Casework
package import TransferCore
import TransferDocuments

/// How insured persons come in, who have no account: by identity number and case number, and a one-time code that goes to
/// the telephone which the application names.
///
/// Whatever was typed, the answer is the same and the same is written, so that nobody can ask who has a case here.
///
/// Source: SE-02, SE-03, SE-04 of the domain handbook's checks.
package struct PersonLogin: Sendable {
    private let cases: any NodeStore
    private let store: any PersonStore
    private let port: any NoticePort
    private let clock: any NodeClock
    private let secrets: SecretSource
    private let office: String
    private let sources: TryWindow
    package let limits: PersonCodeLimits

    /// - Parameter office: how the agency names itself in a text.
    package init(
        cases: any NodeStore, store: any PersonStore, port: any NoticePort, clock: any NodeClock, office: String,
        secrets: SecretSource = .system, limits: PersonCodeLimits = PersonCodeLimits()
    ) {
        self.cases = cases
        self.store = store
        self.port = port
        self.clock = clock
        self.office = office
        self.secrets = secrets
        self.limits = limits
        sources = TryWindow(most: limits.requestsPerSource, milliseconds: 15 * 60_000)
    }

    /// What became of the first step.
    package enum Asked: Hashable, Sendable {
        /// If both numbers belong together, a code is on its way. The ticket goes with the code into the second step.
        case ticket(String)
        /// Too much came from this address; try again in so many seconds.
        case tooMany(seconds: Int)
    }

    /// The first step: somebody says who they are.
    package func ask(
        _ person: ResidentID, _ number: CaseNumber, from source: LoginSource
    ) async throws(StoreError) -> Asked {
        let now = clock.now
        if let seconds = sources.take(source.place, at: now) { return .tooMany(seconds: seconds) }
        let file = try await cases.caseFile(number)
        let isTheirs = file?.opening.residentID == person
        let mobile = isTheirs ? try await telephone(of: person, in: file) : nil
        let ticket = Opaque.text(secrets)
        let digits = PersonLogin.digits(secrets.bytes(8))
        let code = PersonCode(
            ticket: Opaque.digest(ticket), number: mobile == nil ? nil : number,
            digest: PersonLogin.digest(digits, ticket), madeAt: now,
            endsAt: now.adding(milliseconds: limits.lifeMilliseconds), tries: limits.tries)
        let entry = AuditEntry(
            at: now, actor(source), .sendCode, of: mobile == nil ? "" : number.text, mobile == nil ? .refused : .done,
            reason: isTheirs && mobile == nil ? "no-telephone" : "")
        if try await store.keepCode(code, per: limits, entry), let mobile {
            let text = NoticeText(
                id: "code-\(Opaque.digest(ticket).hex.prefix(16))", kind: .code, mobile: mobile,
                words: "【\(office)】验证码 \(digits)，10 分钟内有效，请勿告诉他人。 Your code is \(digits), good for ten minutes.",
                at: now)
            // Handing over takes its time only when there is somebody; the answer does not wait for it.
            let port = port
            Task.detached { try? await port.hand(over: text) }
        }
        return .ticket(ticket)
    }

    /// What became of the second step.
    package enum Entered: Hashable, Sendable {
        /// Who it is, by the case that was named, and the cases that this login opens.
        case loggedIn(CaseNumber, opens: Set<CaseNumber>)
        case wrong
        /// Begin anew.
        case gone
    }

    /// The second step: the code.
    package func enter(
        ticket: String, code: String, from source: LoginSource
    ) async throws(StoreError) -> Entered {
        guard Opaque.isText(ticket) else { return .gone }
        let (now, actor) = (clock.now, actor(source))
        let outcome = try await store.tryCode(
            PersonLogin.digest(code, ticket), of: Opaque.digest(ticket), at: now
        ) { outcome in
            switch outcome {
            case .right(let number): AuditEntry(at: now, actor, .logIn, of: number.text, .done)
            case .wrong(_, let number):
                AuditEntry(at: now, actor, .logIn, of: number?.text ?? "", .refused, reason: "wrong-code")
            case .gone: AuditEntry(at: now, actor, .logIn, .refused, reason: "no-code")
            }
        }
        switch outcome {
        case .right(let number):
            guard let file = try await cases.caseFile(number) else { return .gone }
            return .loggedIn(number, opens: try await opened(by: file))
        case .wrong(let left, _): return left > 0 ? .wrong : .gone
        case .gone: return .gone
        }
    }

    /// The cases that name the telephone to which the code went. Whoever lodges an application writes one into it: that proves
    /// nothing about the cases that others have lodged for the person.
    private func opened(by file: CaseFile) async throws(StoreError) -> Set<CaseNumber> {
        let (person, number) = (file.opening.residentID, file.opening.number)
        guard let mobile = try await telephone(of: person, in: file) else { return [number] }
        var opened: Set<CaseNumber> = [number]
        for entry in try await store.cases(of: person) where entry.number != number {
            let other = try await telephone(of: person, in: try await cases.caseFile(entry.number))
            if let other, other.utf8.elementsEqual(mobile.utf8) { opened.insert(entry.number) }
        }
        return opened
    }

    /// What the trail says of who acts: the person's number stands nowhere.
    private func actor(_ source: LoginSource) -> AuditActor {
        AuditActor(who: "insured-person", role: "insured-person", method: .oneTimeCode, source: source.place)
    }

    /// The newest telephone of which this node knows: what the application says, or else what a clerk has noted.
    private func telephone(of person: ResidentID, in file: CaseFile?) async throws(StoreError) -> String? {
        if let file, file.opening.role == .destination, let (application, _) = try? file.application() {
            return application.mobile
        }
        return try await store.contact(of: person)
    }

    private static func digits(_ bytes: [UInt8]) -> String {
        let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 1_000_000
        return String(String(1_000_000 + number).dropFirst())
    }

    private static func digest(_ code: String, _ ticket: String) -> DocumentDigest {
        DocumentDigest(of: Array("person code\n\(ticket)\n\(code)".utf8))
    }
}
