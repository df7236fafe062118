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
            let message = try verified(bytes, from: peer)
            let verdict = try await learn(message, from: peer)
            let held = try await log.newestHead(of: peer)
            if let refusal = verdict?.refusal(holding: held?.head) { throw refusal }
            let own = try await newestHead()
            return .receipt(try sign(try await self.message(to: peer, head: own, held: message.held)))
        } catch let refusal as HeadRefusal {
            desk.logger.notice("a tree head was not taken", metadata: ["peer": "\(peer)", "code": "\(refusal.code)"])
            return .problem(refusal.problem)
        } catch WitnessFault.answer(let code, let detail) {
            return .problem(HeadRefusal(400, code, detail).problem)
        } catch {
            desk.logger.error("tree heads were not exchanged", metadata: ["peer": "\(peer)", "cause": "\(error)"])
            return .problem(
                Problem(
                    status: 503, code: "unavailable", title: "Service unavailable",
                    detail: "The heads could not be exchanged. Ask again later."))
        }
    }

    /// Reads a message and makes sure whose it is, as with every signed thing of a peer.
    func verified(_ bytes: [UInt8], from peer: AgencyCode) throws(HeadRefusal) -> HeadExchange {
        let now = desk.clock.now.seconds
        let message: HeadExchange
        let signer: AgencyCode
        do {
            let jws = try JWS.parse(bytes, typ: .headExchange, maximumBytes: HeadExchange.longest)
            signer = try desk.directory.signer(of: jws, seenAt: now)
            message = try HeadExchange(decoding: jws.payload)
            guard jws.header.signingTime == message.asOf else {
                throw HeadRefusal(400, "time", "The message was signed at another moment than it names.")
            }
        } catch let refusal as HeadRefusal {
            throw refusal
        } catch let fault as JWSFault {
            throw HeadRefusal(
                fault.code == .size ? 413 : fault.code == .signature ? 401 : 400, fault.code.rawValue, fault.detail)
        } catch let fault as TrustFault {
            throw HeadRefusal(403, fault.code.rawValue, fault.detail)
        } catch let fault as DocumentFault {
            throw HeadRefusal(400, fault.code.rawValue, fault.detail)
        } catch {
            preconditionFailure("reading a message throws faults of its own only")
        }
        guard signer == peer, message.sender == signer else {
            throw HeadRefusal(
                403, "signer-not-sender", "The message is signed by another agency than the one it comes from.")
        }
        guard message.recipient == desk.agency.code else {
            throw HeadRefusal(400, "wrong-recipient", "The message is for another agency.")
        }
        let disagrees = abs(message.asOf.secondsSince1970 - now) > SignedDirectory.clockTolerance
        clockGate.note(peer, disagrees: disagrees)
        guard !disagrees else {
            throw HeadRefusal(
                400, HeadRefusal.timeCode, "The clocks are more than five minutes apart, or the message is old.")
        }
        return message
    }
}

extension HeadRules.Verdict {
    /// Why the peer that showed a head is refused; nil when the head is held now.
    fileprivate func refusal(holding last: TreeHead?) -> HeadRefusal? {
        let size = last?.size ?? 0
        let code: String
        switch self {
        case .taken, .known, .restarted: return nil
        case .late: code = "head-late"
        case .unproven: code = "head-unproven"
        case .conflict(let kind, _): code = "head-\(kind.rawValue)"
        }
        return HeadRefusal(
            409, code, "The head does not go on from the one that is held here, of size \(size).", size: size)
    }
}

/// Why a message, or the head in it, was not taken.
struct HeadRefusal: Error, Hashable {
    /// The code with which a node is told that the clocks disagree.
    static let timeCode = "time"

    let status: Int
    let code: String
    let detail: String
    /// The size of the head that is held.
    let size: Int64?

    init(_ status: Int, _ code: String, _ detail: String, size: Int64? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.size = size
    }

    var problem: Problem {
        var problem = Problem(status: status, code: code, title: "The tree head was not taken", detail: detail)
        problem.treeSize = size
        return problem
    }
}
