import FoundationEssentials
import Testing
import TransferCore
import TransferDocuments

/// Which dossiers stand among the samples of the contracts, and how they are made anew.
///
/// Their keys are made for the purpose and thrown away, so all of them are written together, with their anchors:
///
///     JIEXU_WRITE_SAMPLES=1 swift test --filter "The sample dossiers"
enum SampleDossiers {
    static let whole: [(name: String, story: DossierStory)] = [
        ("completed", .completed), ("query-answered", .asked), ("bounced-and-paid-again", .bounced),
        ("recalled-and-sent-back", .recalled), ("corrected-by-a-second-form", .amended),
        ("short-and-made-up", .short), ("paid-twice-and-sent-back", .doubled), ("ended-before-payment", .ended),
    ]

    /// One for each kind of fault, and some more.
    static let faulty: Set = [
        "the directory had expired", "a key was revoked before it signed", "the signer is in no directory",
        "another agency signed", "a document is missing", "a document names no document of the case",
        "a receipt is missing", "a receipt is for other bytes",
        "a receipt has the path of another to the signature that they share", "the sender signed its own receipt",
        "the application is not the one answered", "the certificate has another balance",
        "the advice has another amount", "a completed case has no completion notice",
        "the completion names the form that was replaced", "a return names an order that was not advised",
        "a confirmation names a return that was not advised", "an answer has no query",
        "the consent is to the recall of something else", "a bounce has another amount than its order",
        "the confirmation has another amount than the return", "less goes back than was corrected",
        "more came in than was posted and sent back", "a supplement does not say for what it makes up",
        "the log has a document at another time", "a receipt is not proved to stand in the log",
        "the head has another root", "another agency signed the head",
    ]

    static let isWriting = ProcessInfo.processInfo.environment["JIEXU_WRITE_SAMPLES"] != nil

    static func fileName(_ name: String) -> String { name.replacing(" ", with: "-") + ".zip" }

    /// Lines of two spaces for each level, as all samples have them.
    static func pretty(_ json: JSON, _ indent: String = "") throws -> String {
        let inner = indent + "  "
        switch json {
        case .object(let object) where !object.members.isEmpty:
            let members = try object.members.map { try "\(inner)\"\($0.name)\": \(pretty($0.value, inner))" }
            return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
        case .array(let elements) where !elements.isEmpty:
            return "[\n" + (try elements.map { try inner + pretty($0, inner) }).joined(separator: ",\n")
                + "\n\(indent)]"
        default:
            let wrapped = try JSONWriter.bytes(of: .object(JSONObject([(name: "a", value: json)])), limits: .wide)
            return String(decoding: wrapped.dropFirst(5).dropLast(), as: UTF8.self)
        }
    }
}

@Suite struct `The sample dossiers` {
    @Test func `name faults that are tried`() {
        #expect(SampleDossiers.faulty.subtracting(DossierFlaw.all.map(\.name)) == [])
    }

    @Test(.enabled(if: SampleDossiers.isWriting)) func `are made anew`() throws {
        let workshop = DossierWorkshop.shared
        var expected: [(name: String, value: JSON)] = []
        for (name, story) in SampleDossiers.whole {
            for role in Role.allCases {
                let bytes = try workshop.build(story.draft(as: role))
                #expect(workshop.findings(bytes) == [])
                try SampleFiles.write(bytes, to: "dossiers/\(name)-\(role.rawValue).zip")
                expected.append((name: "\(name)-\(role.rawValue).zip", value: .array([])))
            }
        }
        var older = DossierDraft.completed(as: .origin)
        older.hasLog = false
        try SampleFiles.write(try workshop.build(older), to: "dossiers/without-a-log-origin.zip")
        expected.append((name: "without-a-log-origin.zip", value: .array([])))
        for role in Role.allCases {
            var sharing = DossierDraft.completed(as: role)
            sharing.sharesReceipts = true
            let bytes = try workshop.build(sharing)
            #expect(workshop.findings(bytes) == [])
            try SampleFiles.write(bytes, to: "dossiers/receipts-share-a-signature-\(role.rawValue).zip")
            expected.append((name: "receipts-share-a-signature-\(role.rawValue).zip", value: .array([])))
        }
        for flaw in DossierFlaw.all where SampleDossiers.faulty.contains(flaw.name) {
            var draft = flaw.story.draft(as: flaw.role)
            try flaw.change(&draft)
            let name = SampleDossiers.fileName(flaw.name)
            try SampleFiles.write(try workshop.build(draft), to: "dossiers/" + name)
            let finding = JSONObject([
                (name: "code", value: .string(flaw.code.rawValue)), (name: "member", value: .string(flaw.member)),
            ])
            expected.append((name: name, value: .array([.object(finding)])))
        }
        try SampleFiles.write(Array(workshop.anchorsPEM.utf8), to: "dossiers/anchors.pem")
        try write(.object(JSONObject(expected)), to: "dossiers/expected.json")
        let archive = try ArchiveReader(try workshop.build(.completed(as: .destination)))
        for name in ["case", "events", "postings", "log"] {
            guard let content = archive["\(name).json"] else { throw CancellationError() }
            try write(JSON.reading(Array(content)), to: "valid/\(name)-completed.json")
        }
        guard let manifest = archive["manifest.jws"] else { throw CancellationError() }
        let signature = try JWS.parse(Array(manifest), typ: .dossier, maximumBytes: 1 << 20)
        try write(JSON.reading(signature.payload), to: "valid/manifest-completed.json")
    }

    private func write(_ json: JSON, to path: String) throws {
        try SampleFiles.write(Array((try SampleDossiers.pretty(json) + "\n").utf8), to: path)
    }
}
