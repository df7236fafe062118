import Casework
import Synchronization
import TransferDocuments

/// The agency's document key, held in memory for as long as the node runs, and replaced without a restart.
final class DocumentKey: DocumentSigner {
    private let state: Mutex<SigningKey>

    init(key: SigningKey) { state = Mutex(key) }

    var key: SigningKey { state.withLock { $0 } }

    /// The certificate of the key.
    var certificate: DocumentDigest { key.certificateThumbprint }

    /// From now on everything is signed with another key.
    func replace(with key: SigningKey) { state.withLock { $0 = key } }

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        do {
            return try key.sign(payload: payload, typ: type, at: moment.signingTime)
        } catch {
            throw SigningFault("\(error)")
        }
    }
}
