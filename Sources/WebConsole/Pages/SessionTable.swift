import Accounts
import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// Who looks at a page.
struct Visitor: Sendable {
    let token: AccessToken
    /// What every form of this session carries, so that no page of elsewhere can send one.
    let formSecret: String
    /// The session of an account; nil for who came in with a secret of the settings.
    var session: Visit?
    /// Who it is, for an insured person; nil for everybody else.
    var person: PersonVisit?
    /// When the session ends unless something is done.
    var endsAt: Instant?
    /// Whether a factor was shown within the last five minutes.
    var isFresh = false

    /// How the visitor is called on pages.
    var name: String { person?.person.maskedName ?? session?.account.displayName ?? token.member?.name ?? token.name }
    var duties: Set<StaffDuty> { token.member?.duties ?? [] }
}

/// An insured person who is logged in.
struct PersonVisit: Sendable {
    let person: InsuredPerson
    /// The cases that the login has opened, all of which are theirs; of any other of theirs nothing is shown.
    let opens: Set<CaseNumber>

    var residentID: ResidentID { person.residentID }
}

extension Visitor {
    /// Somebody with an account: an employer acts in the name under which its cases stand, a person of the agency in their
    /// own.
    init(_ visit: Visit) {
        let account = visit.account
        let name = account.unit?.owner.description ?? account.name.description
        token = AccessToken(
            name: name, role: account.unit == nil ? .staff : .employer, digest: DocumentDigest(of: []),
            member: account.member)
        formSecret = visit.formToken
        session = visit
        endsAt = visit.endsAt
        isFresh = visit.isFresh
    }
}

/// The sessions of browsers: opaque random numbers, of which only the digests are kept, and only while the node runs.
///
/// Whoever was logged in before a restart logs in again. Source of the limits: SE-10 and SE-11 of the handbook of screens.
final class SessionTable: Sendable {
    /// How long a session lasts, in seconds.
    static let staffIdleSeconds: Int64 = 15 * 60
    static let idleSeconds: Int64 = 30 * 60
    static let longestSeconds: Int64 = 10 * 3_600
    /// How long a secret that was shown counts as fresh. Source: SE-25 of the handbook of screens.
    static let freshSeconds: Int64 = 5 * 60
    /// No node has more; the one that was used longest ago makes room.
    static let most = 10_000

    private struct Session {
        let visitor: Visitor
        let begun: Instant
        var used: Instant
        /// When the secret was shown last.
        var freshAt: Instant

        var idleSeconds: Int64 {
            switch visitor.token.role {
            case .employer, .insuredPerson: SessionTable.idleSeconds
            case .desk, .staff: SessionTable.staffIdleSeconds
            }
        }

        var endsAt: Instant {
            min(
                used.adding(milliseconds: idleSeconds * 1_000),
                begun.adding(milliseconds: SessionTable.longestSeconds * 1_000))
        }

        func isOver(at now: Instant) -> Bool {
            now.milliseconds - used.milliseconds > idleSeconds * 1_000
                || now.milliseconds - begun.milliseconds > SessionTable.longestSeconds * 1_000
        }
    }

    private let sessions = Mutex<[DocumentDigest: Session]>([:])

    /// Begins a session.
    ///
    /// - Returns: what the browser shows from now on.
    func begin(_ token: AccessToken, person: PersonVisit? = nil, at now: Instant) -> String {
        let secret = SessionTable.random()
        let session = Session(
            visitor: Visitor(token: token, formSecret: SessionTable.random(), person: person), begun: now, used: now,
            freshAt: now)
        sessions.withLock { sessions in
            sessions = sessions.filter { !$0.value.isOver(at: now) }
            if sessions.count >= SessionTable.most,
                let oldest = sessions.min(by: { $0.value.used.milliseconds < $1.value.used.milliseconds })?.key
            {
                sessions[oldest] = nil
            }
            sessions[SessionTable.digest(secret)] = session
        }
        return secret
    }

    /// Who shows this secret; nil when the session is over or never was. The use is noted.
    func visitor(_ secret: String, at now: Instant) -> Visitor? {
        guard secret.utf8.count == 64 else { return nil }
        return sessions.withLock { sessions in
            let key = SessionTable.digest(secret)
            guard let session = sessions[key] else { return nil }
            guard !session.isOver(at: now) else {
                sessions[key] = nil
                return nil
            }
            sessions[key]?.used = now
            var visitor = session.visitor
            visitor.endsAt = sessions[key]?.endsAt
            visitor.isFresh = now.milliseconds - session.freshAt.milliseconds <= SessionTable.freshSeconds * 1_000
            return visitor
        }
    }

    /// Notes that whoever has the session has shown the secret of the account again.
    func freshen(_ secret: String, at now: Instant) {
        sessions.withLock { $0[SessionTable.digest(secret)]?.freshAt = now }
    }

    /// A session of an account, as its holder sees it in a list.
    struct Line: Sendable {
        /// What names it; it opens nothing.
        let handle: String
        let begun: Instant
        let used: Instant
    }

    /// The sessions of an account of the settings, those that were used last first.
    func lines(of name: String, at now: Instant) -> [Line] {
        sessions.withLock { sessions in
            sessions.filter { $0.value.visitor.token.name.utf8.elementsEqual(name.utf8) && !$0.value.isOver(at: now) }
                .map { Line(handle: String($0.key.hex.prefix(16)), begun: $0.value.begun, used: $0.value.used) }
                .sorted { $0.used > $1.used }
        }
    }

    /// What a session is named by in such a list.
    static func handle(_ secret: String) -> String { String(digest(secret).hex.prefix(16)) }

    /// Ends a session of an account by what names it.
    func end(handle: String, of name: String) {
        sessions.withLock { sessions in
            sessions = sessions.filter { entry in
                !(entry.value.visitor.token.name.utf8.elementsEqual(name.utf8)
                    && String(entry.key.hex.prefix(16)).utf8.elementsEqual(handle.utf8))
            }
        }
    }

    func end(_ secret: String) { sessions.withLock { $0[SessionTable.digest(secret)] = nil } }

    var count: Int { sessions.withLock { $0.count } }

    private static func digest(_ secret: String) -> DocumentDigest { DocumentDigest(of: Array(secret.utf8)) }

    /// 256 random bits as 64 hexadecimal digits.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let word = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
    }
}
