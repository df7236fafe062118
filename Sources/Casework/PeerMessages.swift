import TransferCore
import TransferDocuments

// What the nodes tell each other outside of cases: written in one way and believed in one way, whatever it says.

extension Desk {
    /// Signs what this node tells a peer, at the moment of which it speaks.
    func signed(_ message: some PeerMessage) throws(DeliveryFault) -> [UInt8] {
        do {
            let moment = Instant(milliseconds: message.asOf.secondsSince1970 * 1_000)
            return try signer.sign(try message.encoded(), type: type(of: message).typ, at: moment)
        } catch {
            throw DeliveryFault(code: DeliveryFault.ownCode, detail: "\(error)", concernsPeer: false)
        }
    }

    /// Reads a message and makes sure whose it is: the key that signed is bound to an agency by the directory, and that
    /// agency is the one on the connection and the one that the message names.
    ///
    /// - Parameters:
    ///   - bytes: a compact JWS, as it came.
    ///   - peer: the agency on the other end of the connection.
    ///   - clocks: is told whether the clock of the peer and ours disagree, once it is certain that it is the peer's.
    func believed<Message: PeerMessage>(
        _ bytes: [UInt8], from peer: AgencyCode, noting clocks: ClockGate? = nil
    ) throws(MessageRefusal) -> Message {
        let now = clock.now.seconds
        let message: Message
        let signer: AgencyCode
        do {
            let jws = try JWS.parse(bytes, typ: Message.typ, maximumBytes: Message.longest)
            signer = try directory.signer(of: jws, seenAt: now)
            message = try Message(decoding: jws.payload)
            guard jws.header.signingTime == message.asOf else {
                throw MessageRefusal(
                    400, MessageRefusal.timeCode, "The \(Message.noun) was signed at another moment than it names.")
            }
        } catch let refusal as MessageRefusal {
            throw refusal
        } catch let fault as JWSFault {
            throw MessageRefusal(
                fault.code == .size ? 413 : fault.code == .signature ? 401 : 400, fault.code.rawValue, fault.detail)
        } catch let fault as TrustFault {
            throw MessageRefusal(403, fault.code.rawValue, fault.detail)
        } catch let fault as DocumentFault {
            throw MessageRefusal(400, fault.code.rawValue, fault.detail, pointer: fault.pointer)
        } catch {
            preconditionFailure("reading a message throws faults of its own only")
        }
        guard signer == peer, message.sender == signer else {
            throw MessageRefusal(
                403, "signer-not-sender",
                "The \(Message.noun) is signed by another agency than the one it comes from.")
        }
        guard message.recipient == agency.code else {
            throw MessageRefusal(
                400, "wrong-recipient", "The \(Message.noun) is for another agency.", pointer: "/to")
        }
        // An old message must not come up again as the newest truth.
        let disagrees = abs(message.asOf.secondsSince1970 - now) > SignedDirectory.clockTolerance
        clocks?.note(peer, disagrees: disagrees)
        guard !disagrees else {
            throw MessageRefusal(
                400, MessageRefusal.timeCode,
                "The clocks are more than five minutes apart, or the \(Message.noun) is old.")
        }
        return message
    }
}

/// Why a message of a peer, or what it shows, was not taken.
struct MessageRefusal: Error, Hashable {
    /// The code with which a node is told that the clocks disagree.
    static let timeCode = "time"

    /// The status of HTTP.
    let status: Int
    let code: String
    let detail: String
    /// Where in the payload.
    let pointer: String?
    /// The size of the head that is held; of tree heads only.
    let treeSize: Int64?

    init(_ status: Int, _ code: String, _ detail: String, pointer: String? = nil, treeSize: Int64? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.treeSize = treeSize
    }
}
