import TransferCore

/// The table of contents of a dossier, signed by the agency that exports it: which members there are, and with what
/// content.
struct DossierManifest: Hashable, Sendable {
    let caseNumber: CaseNumber
    /// The exporting agency, whose document key signs the manifest.
    let agency: AgencyCode
    let role: Role
    let exportedAt: SigningTime
    let members: [Member]

    struct Member: Hashable, Sendable {
        let name: String
        let digest: DocumentDigest
        let bytes: Int
    }

    /// The most members: two for each document, one for each event, and the single ones.
    static let mostMembers = 3 * DossierMember.most + 6

    func encoded() throws(JSONFault) -> [UInt8] {
        try JSONWriter.object(limits: .dossier) { json in
            json.field("format", DocumentHead.format)
            json.field("case", caseNumber.text)
            json.field("agency", agency.text)
            json.field("role", role.rawValue)
            json.field("exportedAt", exportedAt.text)
            json.array("members", members) { json, member in
                json.object { json in
                    json.field("name", member.name)
                    json.field("digest", member.digest.text)
                    json.field("bytes", member.bytes)
                }
            }
        }
    }
}

extension DossierManifest {
    init(decoding payload: [UInt8]) throws(DocumentFault) {
        var object = try ObjectReader(dossierMember: payload[...])
        self.init(
            caseNumber: try object.caseNumber("case"), agency: try object.agency("agency"),
            role: try object.oneOf("role", Role.self), exportedAt: try object.signingTime("exportedAt"),
            members: try object.array("members", max: DossierManifest.mostMembers) { value throws(DocumentFault) in
                var member = try value.object()
                let read = Member(
                    name: try member.string("name", length: 1...200), digest: try member.digest("digest"),
                    bytes: try member.integer("bytes", 0...(64 << 20)))
                try member.end()
                return read
            })
        try object.end()
        guard Set(members.map(\.name)).count == members.count else {
            throw DocumentFault(.duplicateValue, "/members", "expected every member once")
        }
    }
}

extension JSONLimits {
    /// The JSON members of a dossier: a long history has more of everything than a document.
    static let dossier = JSONLimits(
        bytes: 32 << 20, depth: 16, members: 1_000_000, topLevelObjectOnly: true, integersOnly: true,
        textRule: .document)
}

extension ObjectReader {
    /// Opens a JSON member of a dossier and makes sure that it is of the form that is read here.
    init(dossierMember bytes: ArraySlice<UInt8>) throws(DocumentFault) {
        let json: JSON
        do throws(JSONFault) { json = try JSON.parse(bytes, limits: .dossier) } catch { throw DocumentFault(error) }
        try self.init(json)
        let format = try required("format")
        guard try format.string().hasSameBytes(as: DocumentHead.format) else {
            throw format.fault(.unsupportedFormat, "this program reads \(DocumentHead.format)")
        }
    }
}
