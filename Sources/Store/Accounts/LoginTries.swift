package import Accounts
package import Casework
import TransferCore

extension JiexuStore {
    package func beginTry(
        _ name: AccountName?, from source: LoginSource, at now: Instant, limits: LoginLimits
    ) async throws(StoreError) -> LoginTry {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let account: Account? = if let name { try connection.account(name) } else { nil }
            try connection.run(
                "DELETE FROM login_tries WHERE last_at < $1 AND subject > 'source:' AND subject < 'source;'",
                .integer(now.milliseconds - limits.lockMilliseconds))
            let ofSource = try connection.count(
                source.subject, at: now, most: limits.triesPerSource, lock: limits.lockMilliseconds)
            guard ofSource != .locked else {
                return LoginTry(account: account, standing: .sourceLocked, isLast: false)
            }
            guard let account else {
                return LoginTry(account: nil, standing: .counted, isLast: ofSource == .last)
            }
            let ofAccount = try connection.count(
                account.name.subject, at: now, most: limits.triesPerAccount, lock: limits.lockMilliseconds)
            return LoginTry(
                account: account, standing: ofAccount == .locked ? .accountLocked : .counted,
                isLast: ofSource == .last || ofAccount == .last)
        }
    }

    package func takeBackTry(_ name: AccountName, from source: LoginSource) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.takeBack(name.subject)
            try transaction.connection.takeBack(source.subject)
        }
    }

    package func takeStep(
        _ step: Int64, of name: AccountName, from source: LoginSource, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let isNew = try connection.run(
                "INSERT INTO used_steps (account, step) VALUES ($1, $2) ON CONFLICT DO NOTHING", .text(name.text),
                .integer(step))
            guard isNew == 1 else { return false }
            // Codes of an hour ago are not taken whether they were used or not.
            try connection.run(
                "DELETE FROM used_steps WHERE account = $1 AND step < $2", .text(name.text), .integer(step - 120))
            try connection.run("DELETE FROM login_tries WHERE subject = $1", .text(name.subject))
            try connection.takeBack(source.subject)
            try connection.append(entry)
            return true
        }
    }

    package func lock(of name: AccountName, at now: Instant) async throws(StoreError) -> Instant? {
        let until = try await read { connection in
            try connection.integer("SELECT locked_until FROM login_tries WHERE subject = $1", [.text(name.subject)])
        }
        guard let until, until > now.milliseconds else { return nil }
        return Instant(milliseconds: until)
    }

    package func unlock(_ name: AccountName, _ entry: AuditEntry) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run("DELETE FROM login_tries WHERE subject = $1", .text(name.subject))
            try transaction.connection.append(entry)
        }
    }
}

/// What became of a try that was counted.
private enum Counted {
    case counted
    /// The last that is allowed: the lock is set, and only taken back with the try.
    case last
    /// Not counted.
    case locked
}

extension AccountName {
    fileprivate var subject: String { "account:\(text)" }
}

extension LoginSource {
    fileprivate var subject: String { "source:\(place)" }
}

extension SQLConnection {
    fileprivate func count(
        _ subject: String, at now: Instant, most: Int, lock milliseconds: Int64
    ) throws(SQLFault) -> Counted {
        let known = try first(
            "SELECT tries, locked_until FROM login_tries WHERE subject = $1", [.text(subject)]
        ) { row throws(SQLFault) in (tries: try row.int(0), lockedUntil: try row.optionalInteger(1)) }
        var tries = known?.tries ?? 0
        if let until = known?.lockedUntil {
            guard until <= now.milliseconds else { return .locked }
            // A lock that has ended has taken its tries with it.
            tries = 0
        }
        tries += 1
        let isLast = tries >= most
        try run(
            """
            INSERT INTO login_tries (subject, tries, last_at, locked_until) VALUES ($1, $2, $3, $4)
            ON CONFLICT (subject) DO UPDATE SET tries = $2, last_at = $3, locked_until = $4
            """, .text(subject), .integer(tries), .integer(now.milliseconds),
            .integer(isLast ? now.milliseconds + milliseconds : nil))
        return isLast ? .last : .counted
    }

    /// One try less; a lock that it had set is taken back with it.
    fileprivate func takeBack(_ subject: String) throws(SQLFault) {
        try run(
            """
            UPDATE login_tries SET tries = CASE WHEN tries > 0 THEN tries - 1 ELSE 0 END, locked_until = NULL
            WHERE subject = $1
            """, .text(subject))
    }
}
