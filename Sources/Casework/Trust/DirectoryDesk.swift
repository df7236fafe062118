import Logging
package import TransferCore
import TransferDocuments

/// The port over which two nodes tell each other by which directory they work.
package protocol DirectoryLink: Sendable {
    /// Sends a statement and waits for the peer's.
    ///
    /// - Returns: the body of the answer. Whether it is the peer's statement is the caller's to check.
    func tell(_ statement: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8]
}

/// Tells peers by which directory this node works, and keeps what they say of theirs.
///
/// If the process dies anywhere here, nothing is lost but an exchange, which is made again.
package struct DirectoryDesk: Sendable {
    package let desk: Desk
    package let store: any TrustStore
    private let link: any DirectoryLink

    package init(desk: Desk, store: any TrustStore, link: any DirectoryLink) {
        self.desk = desk
        self.store = store
        self.link = link
    }

    /// The peers that are asked: every agency in force but this one.
    package var peers: [AgencyCode] {
        let directory = desk.directory.current
        return directory.directory.agencies.filter { $0.successor == nil && $0.code != desk.agency.code }.map(\.code)
    }

    /// Tells a peer by which directory this node works, and learns by which one it does.
    package func exchange(with peer: AgencyCode) async throws(WitnessFault) {
        let answer: [UInt8]
        do throws(DeliveryFault) {
            answer = try await link.tell(try statement(to: peer), to: peer)
        } catch {
            throw .delivery(error)
        }
        do {
            try await learn(try desk.believed(answer, from: peer), answer)
        } catch let error as StoreError {
            throw .store(error)
        } catch let refusal as MessageRefusal {
            throw .answer(refusal.code, refusal.detail)
        } catch {
            preconditionFailure("learning throws refusals and faults of the store only")
        }
    }

    /// Answers the statement of a peer with ours.
    ///
    /// - Parameters:
    ///   - bytes: a compact JWS, as it came.
    ///   - peer: the agency to which the directory binds the TLS certificate of the connection.
    package func answer(_ bytes: [UInt8], from peer: AgencyCode) async -> PeerAnswer {
        do {
            try await learn(try desk.believed(bytes, from: peer), bytes)
            return .receipt(try statement(to: peer))
        } catch let refusal as MessageRefusal {
            return .problem(
                Problem(
                    status: refusal.status, code: refusal.code, title: "The statement was not taken",
                    detail: refusal.detail))
        } catch {
            desk.logger.error("a statement on the directory was not answered", metadata: ["cause": "\(error)"])
            return .problem(
                Problem(
                    status: 503, code: "unavailable", title: "Service unavailable", detail: "Try again later."))
        }
    }

    private func statement(to peer: AgencyCode) throws(DeliveryFault) -> [UInt8] {
        let directory = desk.directory.current
        return try desk.signed(
            DirectoryStatement(
                sender: desk.agency.code, recipient: peer, asOf: desk.clock.now.signingTime,
                version: directory.directory.version, digest: directory.digest))
    }

    private func learn(_ statement: DirectoryStatement, _ bytes: [UInt8]) async throws(StoreError) {
        let peer = statement.sender
        try await store.keep(
            PeerDirectory(
                peer: peer, version: statement.version, digest: statement.digest,
                asOf: statement.asOf.secondsSince1970, statement: bytes))
        let own = desk.directory.current
        let moment = desk.clock.now
        if statement.version == own.directory.version, statement.digest != own.digest {
            let alarm = TrustAlarm(
                .split, peer.text, "\(peer) works by another directory of version \(statement.version)",
                held: own.digest, shown: statement.digest, at: moment)
            if try await store.raise(alarm) {
                desk.logger.critical("there are two directories of one version", metadata: ["peer": "\(peer)"])
            }
        } else {
            try await store.clear(.split, peer.text, at: moment)
        }
        if statement.version > own.directory.version {
            let alarm = TrustAlarm(
                .directoryBehind, "directory",
                "\(peer) works by version \(statement.version), this node by \(own.directory.version)",
                held: own.digest, shown: statement.digest, at: moment)
            if try await store.raise(alarm) {
                desk.logger.warning("a peer has a newer directory", metadata: ["peer": "\(peer)"])
            }
        }
    }
}

/// Exchanges statements on the directory with every peer: at once when the directory here changes, until the peer has this
/// one, and once in a while besides.
package struct DirectoryRound: Sendable {
    private let directories: DirectoryDesk
    private static let restMilliseconds: Int64 = 6 * 3_600_000
    private static let retryMilliseconds: Int64 = 30_000
    /// A peer that cannot be reached is tried no more often than this in the end.
    private static let longestRetryMilliseconds: Int64 = 600_000

    /// When each peer's turn is, by the directory here.
    private struct Turns {
        var version: Int64 = 0
        var next: [AgencyCode: Instant] = [:]
        var failures: [AgencyCode: Int64] = [:]
    }

    package init(_ directories: DirectoryDesk) { self.directories = directories }

    /// Works until the task is cancelled.
    package func run() async {
        var turns = Turns()
        while !Task.isCancelled {
            await turn(&turns)
            try? await Task.sleep(for: .seconds(2))
        }
    }

    private func turn(_ turns: inout Turns) async {
        let desk = directories.desk
        let version = desk.directory.current.directory.version
        if turns.version != version { turns = Turns(version: version) }
        let now = desk.clock.now
        for peer in directories.peers where turns.next[peer].map({ $0 <= now }) ?? true {
            guard !Task.isCancelled else { return }
            do throws(WitnessFault) {
                try await directories.exchange(with: peer)
                turns.failures[peer] = nil
                let known = (try? await directories.store.peerDirectories())?.first { $0.peer == peer }?.version
                let isLevel = known.map { $0 >= version } ?? false
                turns.next[peer] = now.adding(
                    milliseconds: isLevel ? DirectoryRound.restMilliseconds : DirectoryRound.retryMilliseconds)
            } catch {
                let failures = (turns.failures[peer] ?? 0) + 1
                turns.failures[peer] = failures
                turns.next[peer] = now.adding(
                    milliseconds: min(
                        DirectoryRound.longestRetryMilliseconds, DirectoryRound.retryMilliseconds * failures))
                desk.logger.debug(
                    "a peer was not told which directory holds here",
                    metadata: ["peer": "\(peer)", "cause": "\(error)"])
            }
        }
    }
}
