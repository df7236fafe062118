import Accounts
import Casework
import Logging
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// The last row of the trail, noted outside the database and sealed with the node's key of accounts: a database from which
/// the last rows were taken, or which was put back to an older one, does not go with it.
///
/// It is written each minute in which the trail has grown, and only for a trail that goes on from the note before.
struct TrailNote: Sendable {
    private let path: String
    private let keyPath: String

    init(_ settings: NodeSettings) {
        path = Files.folder(of: settings.anchorPath) + "/trail.note"
        keyPath = settings.accounts.seedKey
    }

    private struct Line {
        let number: Int64
        let digest: String
    }

    /// Follows the whole trail and compares it with the note.
    func verify(_ store: any TrailStore, at now: Instant) async throws(StoreError) -> TrailStanding {
        let standing = try await TrailStanding.follow(store, at: now)
        guard Files.exists(path) else { return standing }
        guard let noted = read() else {
            return standing.adding(AuditBreak(number: standing.count, kind: .note))
        }
        guard let row = try await row(noted.number, of: store) else {
            return standing.adding(AuditBreak(number: noted.number, kind: .missing))
        }
        return row.digest.hex == noted.digest
            ? standing : standing.adding(AuditBreak(number: noted.number, kind: .changed))
    }

    /// Notes the last row, if the one that is noted still is there.
    func renew(_ store: any TrailStore) async throws {
        let noted = read()
        if Files.exists(path), noted == nil { return }
        if let noted, try await row(noted.number, of: store)?.digest.hex != noted.digest { return }
        var filter = TrailFilter()
        filter.limit = 1
        guard let last = try await store.trail(filter).first, last.number != noted?.number, let key = key() else {
            return
        }
        let text = "\(last.number) \(last.digest.hex)"
        try Files.replace(path, Array("\(text) \(key.seal(text))\n".utf8), for: .owner)
    }

    private func row(_ number: Int64, of store: any TrailStore) async throws(StoreError) -> AuditRow? {
        try await store.auditRows(after: number - 1, limit: 1).first { $0.number == number }
    }

    private func read() -> Line? {
        guard let bytes = try? Files.read(path, limit: 1_024), let key = key() else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3, let number = Int64(words[0]),
            key.seal("\(words[0]) \(words[1])") == words[2]
        else { return nil }
        return Line(number: number, digest: words[1])
    }

    private func key() -> TrailSeal? {
        (try? Files.read(keyPath, limit: SeedKey.byteCount)).flatMap { TrailSeal(key: $0) }
    }
}

/// Notes the last row of the trail each minute.
struct TrailNoteRound: Sendable {
    let note: TrailNote
    let store: any TrailStore
    let logger: Logger

    func run() async {
        while !Task.isCancelled {
            do {
                try await note.renew(store)
            } catch {
                logger.error("the last row of the trail was not noted", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(60))
        }
    }
}
