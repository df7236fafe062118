import TransferCore
import TransferDocuments

/// Signs only with a key that the directory lists for that very moment.
///
/// What is signed while a clock is years off, every peer refuses for ever; kept in the outbox it would hold its case up long
/// after the clock is right again. So nothing is signed then, and the step is tried again later.
struct SignerInUse: DocumentSigner {
    let signer: any DocumentSigner
    let directory: any DirectorySource

    func checkMoment() throws(SigningFault) { try signer.checkMoment() }

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        let bytes = try signer.sign(payload, type: type, at: moment)
        try check(bytes, type)
        return bytes
    }

    func sign(receipts payloads: [[UInt8]], at moment: Instant) throws(SigningFault) -> [[UInt8]] {
        let receipts = try signer.sign(receipts: payloads, at: moment)
        // They are signed at one moment, with one key.
        if let first = receipts.first { try check(first, .receipt) }
        return receipts
    }

    private func check(_ bytes: [UInt8], _ type: JWSType) throws(SigningFault) {
        do {
            let header = try JWS.header(of: bytes, typ: type)
            let time = header.signingTime.secondsSince1970
            _ = try directory.current.signer(thumbprint: header.certificate, signedAt: time, seenAt: time)
        } catch let fault as TrustFault where fault.code == .keyTime {
            throw SigningFault("\(fault.detail); look at the clock of this node")
        } catch {
            // Whether the key is listed at all is looked at when the node starts.
        }
    }
}
