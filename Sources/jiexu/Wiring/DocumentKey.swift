import Casework
import TransferDocuments

/// The agency's document key, held in memory for as long as the node runs.
struct DocumentKey: DocumentSigner {
    let key: SigningKey

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        do {
            return try key.sign(payload: payload, typ: type, at: moment.signingTime)
        } catch {
            throw SigningFault("\(error)")
        }
    }
}
