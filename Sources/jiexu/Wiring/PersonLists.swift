import Casework
import Logging
import NodeSettings
import Synchronization
import TransferCore
import TransferDocuments

/// Who issues certificates to persons, with their lists of revoked certificates: read at the start and again when a file
/// changes. A list that is older, broken or of somebody else never takes effect; the one before holds until its end.
final class PersonLists: PersonTrust {
    private let folder: String?
    private let graceSeconds: Int64
    private let clock: any NodeClock
    private let state: Mutex<State>

    private struct State {
        var authorities: PersonAuthorities
        var marks: [String: Files.Mark] = [:]
    }

    /// - Throws: a fault in one line; also when lists are asked for, and an authority has none.
    init(_ certificates: NodeSettings.Accounts.Certificates, graceHours: Int, clock: any NodeClock) throws {
        let pem = String(decoding: try Files.read(certificates.authorities, limit: 1 << 20), as: UTF8.self)
        let authorities: PersonAuthorities
        do throws(TrustFault) { authorities = try PersonAuthorities(pem: pem) } catch {
            throw Misuse("\(certificates.authorities): \(error)")
        }
        folder = certificates.revocationLists
        graceSeconds = Int64(graceHours) * 3_600
        self.clock = clock
        state = Mutex(State(authorities: authorities))
        guard let folder else { return }
        try reload()
        for issuer in authorities.listIssuers where self.authorities.lists[issuer.thumbprint] == nil {
            throw Misuse("\(folder): no list of revoked certificates of the authority \(issuer.thumbprint) is there")
        }
    }

    var authorities: PersonAuthorities { state.withLock { $0.authorities } }

    /// Reads the lists again if a file has changed since the last look.
    ///
    /// - Returns: whether there is anything new.
    func reloadIfChanged() throws -> Bool {
        guard let folder, try marks(in: folder) != state.withLock({ $0.marks }) else { return false }
        try reload()
        return true
    }

    private func reload() throws {
        guard let folder else { return }
        let marks = try marks(in: folder)
        // What is refused is not looked at again before it changes.
        state.withLock { $0.marks = marks }
        let known = authorities
        var lists = known.lists
        for list in try TrustFiles.listsIn(folder, known.listIssuers, at: clock.machineTime.seconds) {
            if let last = lists[list.root] { try TrustConflict.check(list, after: last) }
            lists[list.root] = list
        }
        let renewed = known.looking(in: Array(lists.values), graceSeconds: graceSeconds)
        state.withLock { $0.authorities = renewed }
    }

    private func marks(in folder: String) throws -> [String: Files.Mark] {
        var marks: [String: Files.Mark] = [:]
        for name in try TrustFiles.names(in: folder) where name.hasSuffix(".pem") {
            marks[name] = Files.mark(of: Files.join(folder, name))
        }
        return marks
    }
}

/// Looks again and again whether a list for persons has changed.
struct PersonListRound: Sendable {
    let lists: PersonLists
    let logger: Logger

    private static let lookSeconds = 5

    func run() async {
        while !Task.isCancelled {
            do {
                if try lists.reloadIfChanged() {
                    logger.notice("a new file is in force", metadata: ["file": "lists of persons"])
                }
            } catch {
                logger.error(
                    "a file was not taken; what is in force stays",
                    metadata: ["file": "lists of persons", "cause": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(PersonListRound.lookSeconds))
        }
    }
}
