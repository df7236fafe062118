import Casework
import Logging
import NodeLink
import NodeSettings
import TransferCore
import TransferDocuments

extension TrustFiles {
    /// Why nobody would believe what a document key of ours signs now; nil when everybody would.
    func objection(to thumbprint: DocumentDigest) -> String? {
        let now = clock.now.seconds
        do throws(TrustFault) {
            let signer = try current.signer(thumbprint: thumbprint, signedAt: now, seenAt: now)
            return signer.agency == settings.agency.code ? nil : "it is the key of agency \(signer.agency)"
        } catch {
            return "\(error)"
        }
    }

    /// Looks whether peers believe our keys, and keeps an alarm while they do not.
    func lookAtOwnKeys() async -> Bool {
        let moment = clock.now
        var faults: [(Kind, String?)] = [(.signing, objection(to: signer.certificate))]
        do throws(TrustFault) {
            try credentials.verify(at: moment.seconds)
            let thumbprint = try credentials.certificate().thumbprint
            let agency = current.agency(ofTLSThumbprint: thumbprint, at: moment.seconds)
            let words = "it is not in directory \(current.directory.version)"
            faults.append((.tls, agency == settings.agency.code ? nil : words))
        } catch {
            faults.append((.tls, "\(error)"))
        }
        do throws(StoreError) {
            for (kind, fault) in faults {
                guard let fault else {
                    try await store.clear(.ownKey, kind.rawValue, at: moment)
                    continue
                }
                if try await store.raise(TrustAlarm(.ownKey, kind.rawValue, fault, at: moment)) {
                    logger.error(
                        "peers do not believe our key", metadata: ["key": "\(kind.rawValue)", "cause": "\(fault)"])
                }
            }
        } catch {
            logger.error("an alarm was not kept", metadata: ["cause": "\(error)"])
        }
        return faults.allSatisfy { $0.1 == nil }
    }
}
