import Testing
import TransferCore
import TransferDocuments

@Suite struct `A list of revoked certificates` {
    private let cast: TrustCast

    init() throws { cast = try TrustCast() }

    private func list(
        _ number: Int64 = 1, madeAt: Int64 = TrustCast.now, days: Int64 = 7, taking: [NetworkCertificate] = []
    ) throws -> RevocationList {
        try cast.authority.revocationList(
            number: number, madeAt: madeAt, nextDueAt: madeAt + days * 86_400,
            revoked: taking.map { ($0.serialNumber, madeAt) })
    }

    @Test func `says the same after it was written and read`() throws {
        let taken = [cast.chengduTLS.certificate, cast.hangzhouSigning.certificate]
        let made = try list(7, taking: taken)
        let read = try #require(try RevocationList.all(inPEM: made.pem, roots: [cast.authority.root]).first)
        #expect(read == made)
        #expect(read.number == 7)
        #expect(read.count == 2)
        #expect(read.madeAt == TrustCast.now)
        #expect(read.nextDueAt == TrustCast.now + 7 * 86_400)
        for certificate in taken { #expect(read.revokedAt(certificate) == TrustCast.now) }
        #expect(read.revokedAt(cast.chengduSigning.certificate) == nil)
        #expect(try list().count == 0)
    }

    @Test func `is written with four digits of the year from 2050 on`() throws {
        let late: Int64 = 2_556_144_000
        #expect(try list(madeAt: late).nextDueAt == late + 7 * 86_400)
    }

    @Test func `of another network is refused, also under the name of ours`() throws {
        let stranger = try TrustCast()
        let foreign = try stranger.authority.revocationList(
            number: 1, madeAt: TrustCast.now, nextDueAt: TrustCast.now + 86_400, revoked: [])
        #expect(
            faultCode { _ = try RevocationList(der: foreign.der, roots: [cast.authority.root]) } == .crlIssuer)
    }

    @Test func `does not survive the change of any byte`() throws {
        let der = try list(taking: [cast.chengduTLS.certificate]).der
        for index in der.indices {
            var changed = der
            changed[index] ^= 0x01
            #expect(throws: TrustFault.self, "byte \(index)") {
                try RevocationList(der: changed, roots: [cast.authority.root])
            }
        }
        for bytes in [[], der + [0], Array(der.dropLast()), [UInt8](repeating: 0x30, count: 64)] {
            #expect(throws: TrustFault.self) { try RevocationList(der: bytes, roots: [cast.authority.root]) }
        }
    }

    @Test func `is followed by a higher number only`() throws {
        let (second, third) = (try list(2), try list(3))
        try third.verify(succeeds: second)
        try second.verify(succeeds: second)
        #expect(faultCode { try second.verify(succeeds: third) } == .crlRollback)
        let other = try list(2, taking: [cast.chengduTLS.certificate])
        #expect(faultCode { try other.verify(succeeds: second) } == .crlSplit)
    }

    @Test func `refuses what it names, from its time on, and nothing else`() throws {
        let named = try list(taking: [cast.chengduTLS.certificate])
        let known = Revocations(roots: [cast.authority.root], lists: [named], areRequired: true)
        #expect(
            faultCode { try known.verify(cast.chengduTLS.certificate, at: TrustCast.now) } == .certificateRevoked)
        try known.verify(cast.chengduTLS.certificate, at: TrustCast.now - 1)
        try known.verify(cast.hangzhouTLS.certificate, at: TrustCast.now)
        // The control: without the list the same certificate passes.
        try Revocations.unchecked([cast.authority.root]).verify(cast.chengduTLS.certificate, at: TrustCast.now)
    }

    @Test func `holds for the grace time after its successor was due, and then nothing passes`() throws {
        let due = TrustCast.now + 7 * 86_400
        let known = Revocations(
            roots: [cast.authority.root], lists: [try list()], areRequired: true, graceSeconds: 3_600)
        try known.verify(cast.hangzhouTLS.certificate, at: due + 3_599)
        #expect(faultCode { try known.verify(cast.hangzhouTLS.certificate, at: due + 3_600) } == .crlStale)
        let missing = Revocations(roots: [cast.authority.root], lists: [], areRequired: true)
        #expect(faultCode { try missing.verify(cast.hangzhouTLS.certificate, at: TrustCast.now) } == .crlMissing)
        let stranger = try TrustCast()
        #expect(
            faultCode { try known.verify(stranger.chengduTLS.certificate, at: TrustCast.now) } == .certificateIssuer)
    }

    @Test func `cuts a document key at its time, as the directory does, whichever is earlier`() throws {
        let directory = try cast.opened(cast.directory())
        let key = cast.chengduSigning.certificate
        let named = try list(taking: [key])
        let applied = directory.applying(
            Revocations(roots: [cast.authority.root], lists: [named], areRequired: true))
        #expect(applied.revokedAt(key.thumbprint) == TrustCast.now)
        let before = TrustCast.now - 10
        #expect(
            try applied.signer(thumbprint: key.thumbprint, signedAt: before, seenAt: before).agency
                == TrustCast.chengdu)
        #expect(
            faultCode {
                _ = try applied.signer(thumbprint: key.thumbprint, signedAt: before, seenAt: TrustCast.now)
            } == .keyRevoked)
        #expect(directory.revokedAt(key.thumbprint) == nil)
    }

    @Test func `may hold ten thousand entries`() throws {
        let many = (0..<10_000).map { number in
            (serialNumber: [0x40, UInt8(number >> 8), UInt8(number & 0xFF)] as [UInt8], at: TrustCast.now)
        }
        let made = try cast.authority.revocationList(
            number: 1, madeAt: TrustCast.now, nextDueAt: TrustCast.now + 86_400, revoked: many)
        #expect(made.count == 10_000)
    }
}

@Suite struct `The directory of a region without a province` {
    /// Found by a reader: the node ended when it reckoned with the province of 910000.
    @Test func `is refused, since nothing can be reckoned there`() throws {
        let cast = try TrustCast()
        let armed = try #require(AgencyCode("910000"))
        let entry = cast.hangzhouEntry()
        let renamed = DirectoryEntry(
            code: armed, nameChinese: entry.nameChinese, nameEnglish: entry.nameEnglish, endpoint: entry.endpoint,
            tlsCertificates: entry.tlsCertificates, signingCertificates: entry.signingCertificates,
            receives: entry.receives, deadlineProfile: entry.deadlineProfile,
            remittanceAccount: entry.remittanceAccount)
        let payload = try AgencyDirectory(version: 1, issuedAt: 1, expiresAt: 2, agencies: [renamed]).payload()
        #expect(faultCode { _ = try AgencyDirectory(payload: payload) } == .directoryForm)
    }
}
