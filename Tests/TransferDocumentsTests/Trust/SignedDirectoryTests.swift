import Crypto
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The directory of agencies` {
    @Test func `says the same after it was written and read`() throws {
        let cast = try TrustCast()
        let directory = AgencyDirectory(
            version: 8, issuedAt: 1, expiresAt: 2,
            agencies: [
                cast.chengduEntry(
                    signing: [
                        SigningCertificateEntry(
                            certificate: cast.chengduSigning.certificate, from: 5, until: 6, revokedAt: 5)
                    ],
                    receives: [
                        Capability(branch: .housing, from: CivilDate("2026-01-01")!, until: CivilDate("2026-02-01")!)
                    ],
                    successor: TrustCast.hangzhou),
                cast.hangzhouEntry(),
            ])
        let payload = try directory.payload()
        #expect(try AgencyDirectory(payload: payload) == directory)
        #expect(try AgencyDirectory(payload: payload).payload() == payload)
        #expect(directory.agencies.map(\.code) == [TrustCast.hangzhou, TrustCast.chengdu])
    }

    @Test func `tells whose key signs and who connects`() throws {
        let cast = try TrustCast()
        let directory = try cast.opened(cast.directory())
        let signer = try directory.signer(
            thumbprint: cast.chengduSigning.certificate.thumbprint, signedAt: TrustCast.now, seenAt: TrustCast.now)
        #expect(signer.agency == TrustCast.chengdu)
        #expect(signer.publicKey.rawRepresentation == cast.chengduSigning.key.publicKey.rawRepresentation)
        let connection = cast.hangzhouTLS.certificate.thumbprint
        #expect(directory.agency(ofTLSThumbprint: connection, at: TrustCast.now) == TrustCast.hangzhou)
        #expect(directory.agency(ofTLSThumbprint: connection, at: TrustCast.now + 2 * TrustCast.year) == nil)
        #expect(
            directory.agency(ofTLSThumbprint: cast.chengduSigning.certificate.thumbprint, at: TrustCast.now) == nil)
        #expect(directory[TrustCast.chengdu]?.endpoint.port == 8443)
        #expect(directory[AgencyCode("110000")!] == nil)
        #expect(directory[TrustCast.hangzhou]?.keyPins(at: TrustCast.now) == [cast.hangzhouTLS.certificate.keyPin])
        #expect(directory[TrustCast.hangzhou]?.keyPins(at: TrustCast.now + 2 * TrustCast.year) == [])
    }

    @Test func `tells what an agency can receive on which day`() throws {
        let entry = try TrustCast().hangzhouEntry()
        let rows: [(Branch, String, Bool)] = [
            (.pension, "2025-12-31", false), (.pension, "2026-01-01", true), (.pension, "2026-12-31", true),
            (.pension, "2027-01-01", false), (.medical, "2026-06-01", false),
        ]
        for (branch, day, can) in rows {
            #expect(entry.canReceive(branch, on: CivilDate(day)!) == can, "\(branch) on \(day)")
        }
    }

    @Test func `verifies what was signed in time, long after the key's end`() throws {
        let cast = try TrustCast()
        let thumbprint = cast.chengduSigning.certificate.thumbprint
        let entry = SigningCertificateEntry(
            certificate: cast.chengduSigning.certificate, from: TrustCast.now - 1_000, until: TrustCast.now - 500)
        let directory = try cast.opened(cast.directory([cast.chengduEntry(signing: [entry]), cast.hangzhouEntry()]))
        let rows: [(signedAt: Int64, TrustFault.Code?)] = [
            (TrustCast.now - 1_001, .keyTime), (TrustCast.now - 1_000, nil), (TrustCast.now - 501, nil),
            (TrustCast.now - 500, .keyTime), (TrustCast.now, .keyTime),
        ]
        for (signedAt, code) in rows {
            #expect(
                faultCode {
                    _ = try directory.signer(
                        thumbprint: thumbprint, signedAt: signedAt, seenAt: TrustCast.now + TrustCast.year)
                } == code, "signed at now \(signedAt - TrustCast.now)")
        }
    }

    @Test func `no longer believes a revoked key, whatever time its thief writes`() throws {
        let cast = try TrustCast()
        let thumbprint = cast.chengduSigning.certificate.thumbprint
        let entry = SigningCertificateEntry(
            certificate: cast.chengduSigning.certificate, from: TrustCast.now - 1_000, until: TrustCast.now + 1_000,
            revokedAt: TrustCast.now)
        let directory = try cast.opened(cast.directory([cast.chengduEntry(signing: [entry])]))
        let rows: [(signedAt: Int64, seenAt: Int64, TrustFault.Code?)] = [
            (-10, -9, nil), (-10, 0, .keyRevoked), (0, 0, .keyRevoked), (5, 6, .keyRevoked),
        ]
        for (signedAt, seenAt, code) in rows {
            #expect(
                faultCode {
                    _ = try directory.signer(
                        thumbprint: thumbprint, signedAt: TrustCast.now + signedAt, seenAt: TrustCast.now + seenAt)
                } == code, "signed at \(signedAt), seen at \(seenAt)")
        }
    }

    @Test func `tells an unknown key from one that is for something else`() throws {
        let cast = try TrustCast()
        let directory = try cast.opened(cast.directory())
        func code(_ certificate: NetworkCertificate) -> TrustFault.Code? {
            faultCode {
                _ = try directory.signer(
                    thumbprint: certificate.thumbprint, signedAt: TrustCast.now, seenAt: TrustCast.now)
            }
        }
        #expect(code(cast.chengduTLS.certificate) == .keyPurpose)
        #expect(code(cast.directoryKey.certificate) == .keyUnknown)
        #expect(code(try TrustCast().chengduSigning.certificate) == .keyUnknown)
    }
}

@Suite struct `A signed directory` {
    @Test func `opens within its time only, but always for evidence`() throws {
        let cast = try TrustCast()
        let anchors = try cast.anchors
        let bytes = try cast.signed(cast.directory())
        let expiry = cast.directory().expiresAt
        let rows: [(time: Int64, SignedDirectory.ExpiryRule, TrustFault.Code?)] = [
            (TrustCast.now - 60, .refused, nil), (expiry - 1, .refused, nil), (expiry, .refused, .directoryExpired),
            (expiry + 50 * TrustCast.year, .allowedForEvidence, nil), (TrustCast.now - 359, .refused, nil),
            (TrustCast.now - 361, .refused, .directoryFuture),
            (TrustCast.now - 361, .allowedForEvidence, .directoryFuture),
        ]
        for (time, rule, code) in rows {
            let found = faultCode {
                let directory = try SignedDirectory.open(bytes, anchors: anchors, at: time, expiry: rule)
                #expect(directory.isExpired(at: time) == (time >= expiry))
            }
            #expect(found == code, "at now \(time - TrustCast.now)")
        }
    }

    @Test func `is refused under any key but the directory's`() throws {
        let cast = try TrustCast()
        let anchors = try cast.anchors
        let other = try cast.authority.issueDirectory(validity: TrustCast.validity)
        for key in [other, cast.chengduSigning, cast.chengduTLS] {
            let bytes = try cast.signed(cast.directory(), by: key)
            #expect(
                faultCode { _ = try SignedDirectory.open(bytes, anchors: anchors, at: TrustCast.now) }
                    == .directorySignature)
        }
        let forged = try cast.directory().signed(
            by: SigningKey(other.key, certificateThumbprint: cast.directoryKey.certificate.thumbprint),
            at: SigningTime(secondsSince1970: TrustCast.now)!)
        #expect(
            faultCode { _ = try SignedDirectory.open(forged, anchors: anchors, at: TrustCast.now) }
                == .directorySignature)
    }

    @Test func `is refused when its key was not valid at the time of signing`() throws {
        let cast = try TrustCast()
        let early = TrustCast.validity.lowerBound - 10
        let directory = cast.directory(issuedAt: early, expiresAt: TrustCast.now + 5)
        let bytes = try cast.signed(directory)
        let anchors = try cast.anchors
        #expect(
            faultCode { _ = try SignedDirectory.open(bytes, anchors: anchors, at: TrustCast.now) }
                == .directorySignature)
    }

    @Test func `does not survive the change of any byte`() throws {
        let cast = try TrustCast()
        let anchors = try cast.anchors
        let bytes = try cast.signed(cast.directory([cast.chengduEntry()]))
        for index in bytes.indices {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: TrustFault.self, "byte \(index)") {
                try SignedDirectory.open(changed, anchors: anchors, at: TrustCast.now)
            }
        }
    }

    @Test func `is refused when its entries contradict each other or their certificates`() throws {
        let (cast, other) = (try TrustCast(), try TrustCast())
        let signing = SigningCertificateEntry(cast.chengduSigning.certificate)
        let tls = TLSCertificateEntry(cast.chengduTLS.certificate)
        let now = TrustCast.now
        let late = SigningCertificateEntry(
            certificate: cast.chengduSigning.certificate, from: now, until: now + 5 * TrustCast.year)
        let stranger = SigningCertificateEntry(other.chengduSigning.certificate)
        let sharedKey = TLSCertificateEntry(
            thumbprint: cast.chengduTLS.certificate.thumbprint, keyPin: cast.chengduSigning.certificate.keyPin,
            from: now, until: now + 1)
        let sameThumbprint = TLSCertificateEntry(
            thumbprint: cast.chengduSigning.certificate.thumbprint, keyPin: cast.chengduTLS.certificate.keyPin,
            from: now, until: now + 1)
        let hangzhousTLS = TLSCertificateEntry(cast.hangzhouTLS.certificate)
        let rows: [(String, [DirectoryEntry], TrustFault.Code)] = [
            ("an agency twice", [cast.chengduEntry(), cast.chengduEntry()], .directoryConflict),
            ("a key twice", [cast.chengduEntry(signing: [signing, signing])], .directoryConflict),
            ("another agency's key", [cast.hangzhouEntry(signing: [signing])], .directoryConflict),
            (
                "another agency's connection", [cast.chengduEntry(tls: [hangzhousTLS]), cast.hangzhouEntry()],
                .directoryConflict
            ),
            ("a connection twice", [cast.chengduEntry(tls: [tls, tls])], .directoryConflict),
            ("a key beyond its time", [cast.chengduEntry(signing: [late])], .directoryConflict),
            ("a key of another network", [cast.chengduEntry(signing: [stranger])], .certificateIssuer),
            (
                "a TLS certificate that signs",
                [cast.chengduEntry(signing: [SigningCertificateEntry(cast.chengduTLS.certificate)])],
                .directoryConflict
            ),
            ("one key for both", [cast.chengduEntry(tls: [sharedKey])], .directoryConflict),
            ("one certificate for both", [cast.chengduEntry(tls: [sameThumbprint])], .directoryConflict),
            ("an unknown successor", [cast.chengduEntry(successor: TrustCast.hangzhou)], .directoryConflict),
            ("itself as successor", [cast.chengduEntry(successor: TrustCast.chengdu)], .directoryConflict),
        ]
        for (name, agencies, code) in rows {
            #expect(faultCode { _ = try cast.opened(cast.directory(agencies)) } == code, "\(name)")
        }
    }

    @Test func `is refused when a member is missing, strange or out of bounds`() throws {
        let cast = try TrustCast()
        let text = String(decoding: try cast.directory([cast.chengduEntry()]).payload(), as: UTF8.self)
        let rows: [(String, String)] = [
            (#""version":7"#, #""version":0"#),
            (#""version":7"#, #""version":"7""#),
            (#""version":7,"#, ""),
            (#""version":7"#, #""version":7,"more":1"#),
            (#""code":"510100""#, #""code":"990000""#),
            ("https://node.chengdu.example:8443", "http://node.chengdu.example:8443"),
            ("https://node.chengdu.example:8443", "https://node.chengdu.example"),
            ("https://node.chengdu.example:8443", "https://node.chengdu.example:08443"),
            ("https://node.chengdu.example:8443", "https://node.chengdu.example:8443/"),
            ("https://node.chengdu.example:8443", "https://user@node.chengdu.example:8443"),
            (#""branch":"pension""#, #""branch":"dental""#),
            (#""from":"2026-01-01""#, #""from":"2026-02-30""#),
            (#""review":15"#, #""review":0"#),
            (#""review":15"#, #""Review":15"#),
            (#""bankCode":"102651000017""#, #""bankCode":"10265100001""#),
            (#""number":"4402239011900012345""#, #""number":"""#),
            (#""nameEnglish":"Chengdu""#, #""nameEnglish":"""#),
            (#""keyPin":""#, #""keyPin":"A"#),
        ]
        #expect(throws: Never.self) { try AgencyDirectory(payload: Array(text.utf8)) }
        for (old, new) in rows {
            let changed = text.replacing(old, with: new, maxReplacements: 1)
            #expect(changed != text, "\(old) is not in the payload")
            #expect(
                faultCode { _ = try AgencyDirectory(payload: Array(changed.utf8)) } == .directoryForm,
                "\(old) -> \(new)")
        }
    }

    @Test func `has at most 10,000 agencies`() throws {
        let cast = try TrustCast()
        let entry = cast.chengduEntry()
        let many = AgencyDirectory(
            version: 1, issuedAt: 1, expiresAt: 2, agencies: [DirectoryEntry](repeating: entry, count: 10_001))
        let fault = #expect(throws: (any Error).self) { try AgencyDirectory(payload: try many.payload()) }
        #expect(fault is JSONFault || (fault as? TrustFault)?.code == .directoryForm)
    }

    @Test func `never goes backwards, and there is only one of each version`() throws {
        let cast = try TrustCast()
        let seventh = try cast.opened(cast.directory(version: 7))
        let eighth = try cast.opened(cast.directory(version: 8))
        let otherSeventh = try cast.opened(cast.directory(version: 7, expiresAt: TrustCast.now + 5))
        #expect(faultCode { try eighth.verify(succeeds: seventh) } == nil)
        #expect(faultCode { try seventh.verify(succeeds: seventh) } == nil)
        #expect(faultCode { try seventh.verify(succeeds: eighth) } == .directoryRollback)
        #expect(faultCode { try otherSeventh.verify(succeeds: seventh) } == .directorySplit)
    }
}
