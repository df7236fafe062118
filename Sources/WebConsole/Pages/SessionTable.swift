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
    var person: InsuredPerson?

    /// How the visitor is called on pages.
    var name: String { person?.maskedName ?? session?.account.displayName ?? token.member?.name ?? token.name }
    var duties: Set<StaffDuty> { token.member?.duties ?? [] }
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
    /// No node has more; the one that was used longest ago makes room.
    static let most = 10_000

    private struct Session {
        let visitor: Visitor
        let begun: Instant
        var used: Instant

        var idleSeconds: Int64 {
            switch visitor.token.role {
            case .employer, .insuredPerson: SessionTable.idleSeconds
            case .desk, .staff: SessionTable.staffIdleSeconds
            }
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
    func begin(_ token: AccessToken, person: InsuredPerson? = nil, at now: Instant) -> String {
        let secret = SessionTable.random()
        let visitor = Visitor(token: token, formSecret: SessionTable.random(), person: person)
        let session = Session(visitor: visitor, begun: now, used: now)
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
            return session.visitor
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
