package import TransferCore

// The leaves of what belongs to a case: computed by the node that writes them, and again by whoever checks a dossier.

extension LeafEntry {
    package static func event(_ event: Dossier.Event, sequence: Int, of number: CaseNumber) -> DocumentDigest {
        var entry = LeafEntry(.event)
        entry.add(number.text)
        entry.add(sequence)
        entry.add(event.branch.rawValue)
        entry.add(event.name)
        entry.add(event.code)
        entry.add(Int(event.atMilliseconds))
        entry.add(event.actor)
        entry.add(event.cause)
        entry.add(digestOf: event.attachment)
        return entry.hash
    }

    /// - Parameter at: when the node committed the document, in milliseconds since 1970.
    package static func document(
        sender: AgencyCode, recipient: AgencyCode, sequence: Int, kind: DocumentKind, digest: DocumentDigest,
        at: Int64, of number: CaseNumber
    ) -> DocumentDigest {
        var entry = LeafEntry(.document)
        entry.add(number.text)
        entry.add(sender.text)
        entry.add(recipient.text)
        entry.add(sequence)
        entry.add(kind.rawValue)
        entry.add(digest.bytes)
        entry.add(Int(at))
        return entry.hash
    }

    package static func receipt(
        _ receipt: [UInt8], isRefused: Bool, sender: AgencyCode, sequence: Int, of number: CaseNumber
    ) -> DocumentDigest {
        var entry = LeafEntry(.receipt)
        entry.add(number.text)
        entry.add(sender.text)
        entry.add(sequence)
        entry.add(isRefused ? 1 : 0)
        entry.add(digestOf: receipt)
        return entry.hash
    }

    package static func posting(
        kind: String, lines: some Sequence<(account: String, amount: Int64)>, of number: CaseNumber?,
        bankReference: String?
    ) -> DocumentDigest {
        var entry = LeafEntry(.posting)
        entry.add(number?.text)
        entry.add(bankReference)
        entry.add(kind)
        for line in lines {
            entry.add(line.account)
            entry.add(Int(line.amount))
        }
        return entry.hash
    }
}
