import Logging
package import TransferCore
import TransferDocuments

extension WitnessDesk {
    /// Answers the message of a peer with ours.
    ///
    /// - Parameters:
    ///   - bytes: a compact JWS, as it came.
    ///   - peer: the agency to which the directory binds the TLS certificate of the connection.
    /// - Returns: our message; or 409 with the size that we hold, when the head that the peer shows is not accepted.
    package func answer(_ bytes: [UInt8], from peer: AgencyCode) async -> PeerAnswer {
        do {
            let message = try believed(bytes, from: peer)
            let verdict = try await learn(message, from: peer)
            let held = try await log.newestHead(of: peer)
            if let refusal = verdict?.refusal(holding: held?.head) { throw refusal }
            let own = try await newestHead()
            return .receipt(try desk.signed(try await self.message(to: peer, head: own, held: message.held)))
        } catch let refusal as MessageRefusal {
            desk.logger.notice("a tree head was not taken", metadata: ["peer": "\(peer)", "code": "\(refusal.code)"])
            return .problem(refusal.problem)
        } catch WitnessFault.answer(let code, let detail) {
            return .problem(MessageRefusal(400, code, detail).problem)
        } catch {
            desk.logger.error("tree heads were not exchanged", metadata: ["peer": "\(peer)", "cause": "\(error)"])
            return .problem(
                Problem(
                    status: 503, code: "unavailable", title: "Service unavailable",
                    detail: "The heads could not be exchanged. Ask again later."))
        }
    }
}

extension HeadRules.Verdict {
    /// Why the peer that showed a head is refused; nil when the head is held now.
    fileprivate func refusal(holding last: TreeHead?) -> MessageRefusal? {
        let size = last?.size ?? 0
        let code: String
        switch self {
        case .taken, .known, .restarted: return nil
        case .late: code = "head-late"
        case .unproven: code = "head-unproven"
        case .conflict(let kind, _): code = "head-\(kind.rawValue)"
        }
        return MessageRefusal(
            409, code, "The head does not go on from the one that is held here, of size \(size).", treeSize: size)
    }
}

extension MessageRefusal {
    fileprivate var problem: Problem {
        var problem = Problem(status: status, code: code, title: "The tree head was not taken", detail: detail)
        problem.treeSize = treeSize
        return problem
    }
}
