package import TransferCore

/// What a node says of its log at one moment: how many leaves there are, and the root of the tree over them. Whoever holds
/// a head can tell whether what the node says later goes on from it.
package struct TreeHead: Hashable, Sendable {
    package let agency: AgencyCode
    /// 1, and one more each time that a person went on with a log of which a part was lost. Heads of one epoch grow out of
    /// each other.
    package let epoch: Int
    /// The number of leaves.
    package let size: Int64
    package let root: DocumentDigest
    /// When it was made, in milliseconds since 1970; of two heads of one epoch the larger is the later.
    package let atMilliseconds: Int64

    /// The longest head, as a compact JWS, in bytes.
    package static let longest = 2_048
    private static let moments: ClosedRange<Int64> = 0...4_102_444_799_999

    package init(agency: AgencyCode, epoch: Int, size: Int64, root: DocumentDigest, atMilliseconds: Int64) {
        self.agency = agency
        self.epoch = epoch
        self.size = size
        self.root = root
        self.atMilliseconds = atMilliseconds
    }

    /// The payload to be signed.
    package func encoded() throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object { json in
                json.field("format", DocumentHead.format)
                json.field("agency", agency.text)
                json.field("epoch", epoch)
                json.field("size", size)
                json.field("root", root.text)
                json.field("atMilliseconds", atMilliseconds)
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    /// Reads a payload.
    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        var object = try ObjectReader(signedPayload: payload)
        agency = try object.agency("agency")
        epoch = try object.integer("epoch", 1...1_000_000)
        size = try object.integer("size", 0...MerkleTree.mostLeaves)
        root = try object.digest("root")
        atMilliseconds = try object.integer("atMilliseconds", TreeHead.moments)
        try object.end()
        guard size > 0 || root == MerkleTree.emptyRoot else {
            throw DocumentFault(.conflictingFields, "/root", "a log without leaves has one root only")
        }
    }
}

/// A head with the signature of its agency.
package struct SignedTreeHead: Hashable, Sendable {
    package let head: TreeHead
    /// The compact JWS (typ `jiexu-tree-head`).
    package let bytes: [UInt8]

    /// The caller answers for the bytes being the head's.
    package init(head: TreeHead, bytes: [UInt8]) {
        self.head = head
        self.bytes = bytes
    }

    /// Reads a head and makes sure that it is its agency's: the key that signed was bound to it by the directory when it
    /// signed, and is not known to have been taken away by the time it is looked at.
    ///
    /// - Parameter time: when the head is looked at, in seconds since 1970; nil for when it was signed, which is how a head
    ///   is judged that was taken before.
    package init(_ bytes: [UInt8], in directory: SignedDirectory, at time: Int64?) throws(HeadFault) {
        try self.init(bytes, at: time) { signature, seenAt in try directory.signer(of: signature, seenAt: seenAt) }
    }

    /// The same, by whoever tells whose signature something is.
    ///
    /// - Parameter signer: verifies a signature and tells whose it is; throws a ``TrustFault`` or a ``JWSFault``.
    package init(
        _ bytes: [UInt8], at time: Int64?, signer: (JWS, _ seenAt: Int64) throws -> AgencyCode
    ) throws(HeadFault) {
        do {
            let signature = try JWS.parse(bytes, typ: .treeHead, maximumBytes: TreeHead.longest)
            let signedAt = signature.header.signingTime.secondsSince1970
            let agency = try signer(signature, time ?? signedAt)
            let head = try TreeHead(decoding: signature.payload)
            guard agency == head.agency else {
                throw HeadFault("signer-other", "agency \(agency) signed a head of \(head.agency)")
            }
            guard head.atMilliseconds / 1_000 == signedAt else {
                throw HeadFault("time", "the head was signed at another moment than it names")
            }
            if let time, signedAt > time + SignedDirectory.clockTolerance {
                throw HeadFault("time", "the head was signed in the future")
            }
            self.init(head: head, bytes: bytes)
        } catch let fault as HeadFault {
            throw fault
        } catch let fault as JWSFault {
            throw HeadFault(fault.code.rawValue, fault.detail)
        } catch let fault as TrustFault {
            throw HeadFault(fault.code.rawValue, fault.detail)
        } catch let fault as DocumentFault {
            throw HeadFault(fault.code.rawValue, fault.detail)
        } catch {
            throw HeadFault("unreadable", "\(error)")
        }
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Why bytes are no head of an agency.
package struct HeadFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: String
    package let detail: String

    package init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }

    fileprivate init(_ code: String, _ detail: String) { self.init(code: code, detail: detail) }

    package var description: String { "\(code): \(detail)" }
}
