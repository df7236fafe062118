import Testing
import TransferCore
import TransferDocuments

@Suite struct `A dossier whose log is stamped` {
    private static let workshop = DossierWorkshop.shared
    private static let now = DossierWorkshop.now
    private static let year: Int64 = 365 * 86_400

    private func examine(
        _ draft: DossierDraft, trusting: [StampCertificate] = [], at time: Int64 = now
    ) throws -> (findings: [DossierFinding], remarks: [DossierRemark]) {
        DossierVerifier.examine(
            try Self.workshop.build(draft), anchors: Self.workshop.anchors, stampAuthorities: trusting, at: time)
    }

    private func draft(_ authority: PlayedAuthority, at time: Int64 = now) -> DossierDraft {
        var draft = DossierDraft.completed(as: .destination)
        draft.stamps = { [try authority.stamp($0, at: time)] }
        return draft
    }

    @Test func `is whole, and says when it was stamped`() throws {
        let authority = try PlayedAuthority(validity: (Self.now - Self.year)...(Self.now + Self.year))
        let (findings, remarks) = try examine(draft(authority), trusting: authority.trusted)
        #expect(findings == [])
        #expect(remarks.map(\.english) == ["Stamped by the authority played at 2026-03-20T02:00:00Z."])
    }

    @Test func `verifies fifteen years on, when every certificate has expired and a key was revoked after the stamp`()
        throws
    {
        let authority = try PlayedAuthority(validity: (Self.now - Self.year)...(Self.now + 60))
        var draft = draft(authority)
        draft.directory = try Self.workshop.directory(revokingOriginAt: Self.now + 3_600)
        let (findings, remarks) = try examine(draft, trusting: authority.trusted, at: Self.now + 15 * Self.year)
        #expect(findings == [])
        #expect(remarks.count == 1)
    }

    @Test func `is remarked upon when the stamp came late, and when nobody says who is trusted`() throws {
        let authority = try PlayedAuthority(validity: (Self.now - Self.year)...(Self.now + Self.year))
        let late = draft(authority, at: Self.now + 50 * 3_600)
        let (findings, remarks) = try examine(late, at: Self.now + Self.year)
        #expect(findings == [])
        #expect(remarks.count == 2)
        #expect(remarks.contains { $0.english.contains("50 hours after the head was signed: late") })
        #expect(remarks.contains { $0.english.contains("was not checked") })
    }

    @Test func `has a finding when the stamp does not hold`() throws {
        let authority = try PlayedAuthority(validity: (Self.now - Self.year)...(Self.now + Self.year))
        let other = try PlayedAuthority(validity: (Self.now - Self.year)...(Self.now + Self.year))
        let expired = try PlayedAuthority(validity: (Self.now - Self.year)...(Self.now - 60))
        var forOther = draft(authority)
        forOther.stamps = { [try authority.stamp($0 + [1], at: Self.now)] }
        var cut = draft(authority)
        cut.stamps = { head in
            let stamp = try authority.stamp(head, at: Self.now)
            return [DossierLog.Stamp(authority: "cut", token: Array(stamp.token.dropLast()), chain: stamp.chain)]
        }
        for (draft, trusted) in [
            (draft(authority), try other.trusted), (draft(expired), try expired.trusted),
            (forOther, try authority.trusted), (cut, try authority.trusted),
            (draft(authority, at: Self.now - 3_600), try authority.trusted),
            (draft(authority, at: Self.now + 3_600), try authority.trusted),
        ] {
            #expect(try examine(draft, trusting: trusted).findings.map(\.code) == [.stampInvalid])
        }
    }
}
