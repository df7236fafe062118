import Testing
import TransferCore
import TransferDocuments

@Suite struct `A dossier` {
    private let workshop = DossierWorkshop.shared

    @Test(arguments: DossierStory.allCases, Role.allCases)
    func `of a case that has ended is found whole on either side`(story: DossierStory, role: Role) throws {
        #expect(workshop.findings(try workshop.build(story.draft(as: role))) == [])
    }

    @Test(arguments: Role.allCases)
    func `is whole when the receipts of a side share a signature`(role: Role) throws {
        var draft = DossierDraft.completed(as: role)
        draft.sharesReceipts = true
        let bytes = try workshop.build(draft)
        #expect(workshop.findings(bytes) == [])
        #expect(try workshop.build(.completed(as: role)).count < bytes.count)
    }

    @Test func `is still whole when everything that signed it has long expired`() throws {
        let bytes = try workshop.build(.completed(as: .destination))
        #expect(workshop.findings(bytes, at: DossierWorkshop.now + 15 * 365 * 86_400) == [])
    }

    @Test func `holds the members that its contract names, in their order`() throws {
        let archive = try ArchiveReader(try workshop.build(.completed(as: .destination)))
        let documents = (1...7).map { "documents/000\($0).jws" }
        let receipts = (1...7).map { "receipts/000\($0).jws" }
        #expect(
            archive.entries.map(\.name) == [
                "manifest.jws", "directory.jws", "case.json", "application.json", "events.json", "postings.json",
                "log.json",
            ] + documents + receipts)
    }

    @Test func `shows a finding for a change of any of its bytes`() throws {
        let bytes = try workshop.build(.letterSent)
        #expect(workshop.findings(bytes) == [])
        var unseen: [Int] = []
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            if workshop.findings(changed).isEmpty { unseen.append(place) }
        }
        #expect(unseen == [])
    }

    /// The archive is put together again, so that its checksums are right: only the signatures can tell.
    @Test func `shows a finding for a change inside any member, also when the archive is made anew`() throws {
        let archive = try ArchiveReader(try workshop.build(.completed(as: .destination)))
        var codes: Set<DossierFinding.Code> = []
        for (changedName, content) in archive.entries {
            let step = max(1, content.count / 40)
            for offset in stride(from: 0, to: content.count, by: step) {
                let findings = workshop.findings(
                    try rebuilt(archive) { name, content in
                        var content = content
                        if name == changedName { content[offset] ^= 1 }
                        return content
                    })
                #expect(!findings.isEmpty, "\(changedName) at \(offset)")
                codes.formUnion(findings.map(\.code))
                if changedName != "manifest.jws" {
                    #expect(findings.contains { $0.member == changedName }, "\(changedName) at \(offset)")
                }
            }
        }
        #expect(codes.isSuperset(of: [.memberChanged, .memberUnreadable, .signatureInvalid, .directoryNotTrusted]))
    }

    @Test func `names any member that was taken out`() throws {
        let archive = try ArchiveReader(try workshop.build(.completed(as: .destination)))
        for (removed, _) in archive.entries {
            let findings = workshop.findings(try rebuilt(archive) { name, content in name == removed ? nil : content })
            #expect(findings.contains { $0.member == removed }, "\(removed): \(findings)")
        }
    }

    @Test func `names a member that was put in`() throws {
        let archive = try ArchiveReader(try workshop.build(.completed(as: .destination)))
        var writer = ArchiveWriter()
        for (name, content) in archive.entries { try writer.add(name, Array(content)) }
        try writer.add("note.txt", Array("read me".utf8))
        let findings = workshop.findings(writer.finish())
        #expect(findings.map(\.code) == [.memberUnlisted])
        #expect(findings.first?.member == "note.txt")
    }

    @Test func `is whole when a document was refused and sent again better`() throws {
        var draft = DossierDraft.completed(as: .destination)
        var refused = draft.documents[2]
        refused.content = .informationForm(
            InformationForm(
                letterVersion: 2, person: SampleCase.person, request: SampleCase.request,
                computation: SampleCase.computation, frozenOn: SampleCase.form.frozenOn))
        refused.receipt = {
            DossierDraft.Document.receipt($0, $1, .refused(code: "letter-version", pointer: "/content/letterVersion"))
        }
        for place in 2...5 { draft.documents[place].sequence += 1 }
        draft.documents.insert(refused, at: 2)
        #expect(workshop.findings(try workshop.build(draft)) == [])
    }

    @Test func `is whole when the letter was returned and the application corrected`() throws {
        let corrected = try CorrectedApplication.write(SampleCase.application) + Array(" ".utf8)
        #expect(workshop.findings(try workshop.build(.corrected(to: corrected))) == [])
    }

    @Test func `holds the very correction that the second letter answers`() throws {
        let other = SampleCase.applicationBytes + Array("\n".utf8)
        var draft = try DossierDraft.corrected(to: other)
        let event = draft.events[3]
        draft.events[3] = Dossier.Event(
            branch: event.branch, name: event.name, code: nil, atMilliseconds: event.atMilliseconds,
            actor: event.actor, cause: nil, attachment: SampleCase.applicationBytes)
        let findings = workshop.findings(try workshop.build(draft))
        #expect(findings.map(\.code) == [.applicationDiffers])
        #expect(findings.first?.member == "attachments/0004.json")
    }

    @Test func `of an older node has no log, is whole, and is remarked upon`() throws {
        var draft = DossierDraft.completed(as: .origin)
        draft.hasLog = false
        let bytes = try workshop.build(draft)
        let (findings, remarks) = DossierVerifier.examine(bytes, anchors: workshop.anchors, at: DossierWorkshop.now)
        #expect(findings == [])
        #expect(remarks.map(\.member) == ["log.json"])
        let whole = try workshop.build(.completed(as: .origin))
        let unstamped = DossierVerifier.examine(whole, anchors: workshop.anchors, at: DossierWorkshop.now).remarks
        #expect(unstamped.map(\.english) == ["No time-stamping authority has stamped the head of the log yet."])
    }

    @Test func `is not trusted under other anchors`() throws {
        let bytes = try workshop.build(.completed(as: .destination))
        let findings = DossierVerifier.verify(bytes, anchors: workshop.otherAnchors, at: DossierWorkshop.now)
        #expect(findings.map(\.code) == [.directoryNotTrusted])
    }

    @Test func `is not from the future`() throws {
        let bytes = try workshop.build(.completed(as: .destination))
        let findings = workshop.findings(bytes, at: DossierWorkshop.now - 86_400)
        #expect(findings.map(\.code) == [.signedInFuture, .signedInFuture])
        #expect(findings.map(\.member) == ["manifest.jws", "log.json"])
    }

    private func rebuilt(
        _ archive: ArchiveReader, _ change: (String, [UInt8]) -> [UInt8]?
    ) throws -> [UInt8] {
        var writer = ArchiveWriter()
        for (name, content) in archive.entries {
            if let content = change(name, Array(content)) { try writer.add(name, content) }
        }
        return writer.finish()
    }
}
