package import TransferCore

/// Puts the dossier of a case together and signs its table of contents.
package enum DossierWriter {
    /// Writes a dossier. Nothing of it is checked here: what is missing or wrong shows when it is verified.
    ///
    /// - Parameters:
    ///   - directory: the signed directory (JWS) in which the certificates of all signers stand.
    ///   - exporter: the agency whose document key signs the table of contents.
    /// - Returns: the archive. The same values give the same bytes but for the signature.
    package static func write(
        _ dossier: Dossier, directory: [UInt8], exporter: AgencyCode, key: SigningKey, at time: SigningTime
    ) throws(DossierFault) -> [UInt8] {
        guard dossier.documents.count <= DossierMember.most, dossier.events.count <= DossierMember.most else {
            throw DossierFault("a dossier has at most \(DossierMember.most) documents and events")
        }
        do {
            let members = try members(of: dossier, directory: directory)
            let manifest = DossierManifest(
                caseNumber: dossier.caseNumber, agency: exporter, role: dossier.role, exportedAt: time,
                members: members.map { name, content in
                    DossierManifest.Member(name: name, digest: DocumentDigest(of: content), bytes: content.count)
                })
            var archive = ArchiveWriter()
            try archive.add(
                DossierMember.manifest, try key.sign(payload: try manifest.encoded(), typ: .dossier, at: time))
            for (name, content) in members { try archive.add(name, content) }
            return archive.finish()
        } catch {
            throw DossierFault(String(describing: error))
        }
    }

    private static func members(
        of dossier: Dossier, directory: [UInt8]
    ) throws(JSONFault) -> [(name: String, content: [UInt8])] {
        var members = [(name: DossierMember.directory, content: directory)]
        members.append((DossierMember.caseFile, try DossierCase(dossier).encoded()))
        if let application = dossier.application { members.append((DossierMember.application, application)) }
        members.append((DossierMember.events, try encoded(dossier.events)))
        members.append((DossierMember.postings, try encoded(dossier.postings)))
        if let log = dossier.log { members.append((DossierMember.log, try log.encoded())) }
        for (place, document) in dossier.documents.enumerated() {
            members.append((DossierMember.document(place + 1), document.bytes))
        }
        for (place, document) in dossier.documents.enumerated() {
            guard let receipt = document.receipt else { continue }
            members.append((DossierMember.receipt(place + 1), receipt))
        }
        for (place, event) in dossier.events.enumerated() {
            guard let attachment = event.attachment else { continue }
            members.append((DossierMember.attachment(place + 1), attachment))
        }
        return members
    }

    private static func encoded(_ events: [Dossier.Event]) throws(JSONFault) -> [UInt8] {
        try JSONWriter.object(limits: .dossier) { json in
            json.field("format", DocumentHead.format)
            json.array("events", events) { json, event in
                json.object { json in
                    json.field("branch", event.branch.rawValue)
                    json.field("name", event.name)
                    if let code = event.code { json.field("code", code) } else { json.null("code") }
                    json.field("atMilliseconds", event.atMilliseconds)
                    json.field("actor", event.actor)
                    if let cause = event.cause { json.field("cause", cause) } else { json.null("cause") }
                }
            }
        }
    }

    private static func encoded(_ postings: [Posting]) throws(JSONFault) -> [UInt8] {
        try JSONWriter.object(limits: .dossier) { json in
            json.field("format", DocumentHead.format)
            json.array("postings", postings) { json, posting in
                json.object { json in
                    json.field("kind", posting.kind.rawValue)
                    json.array("lines", posting.lines) { json, line in
                        json.object { json in
                            json.field("account", line.account.name)
                            json.field("amountFen", line.amount.fen)
                        }
                    }
                }
            }
        }
    }
}

/// Why a dossier cannot be written.
package struct DossierFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
