import Testing
import TransferCore
import TransferDocuments

@Suite struct `The samples of the contracts` {
    @Test(arguments: SampleFiles.names(in: "valid"))
    func `that are valid are read`(name: String) throws {
        #expect(try SampleFiles.faults(of: name, try SampleFiles.bytes("valid/" + name)) == [])
    }

    @Test func `that are invalid are refused with the code and the place that their list says`() throws {
        let expected = try SampleFiles.expectedFaults()
        #expect(expected.map(\.name).sorted() == SampleFiles.names(in: "invalid"))
        for (name, faults) in expected {
            let found = try SampleFiles.faults(of: name, try SampleFiles.bytes("invalid/" + name))
            #expect(found == faults, "\(name)")
        }
    }

    @Test func `hold a document of every kind`() throws {
        let kinds = try SampleFiles.names(in: "valid").filter { $0.hasPrefix("document-") }.map {
            try DocumentEnvelope(decoding: try SampleFiles.bytes("valid/" + $0)).head.kind
        }
        #expect(Set(kinds) == Set(DocumentKind.allCases))
    }

    @Test func `of whole and of faulty dossiers have the findings that their list says`() throws {
        let anchors = try TrustAnchors(
            pem: String(decoding: try SampleFiles.bytes("dossiers/anchors.pem"), as: UTF8.self))
        let time = SigningTime("2041-03-20T00:00:00Z")!.secondsSince1970
        var expected = try ObjectReader(JSON.reading(try SampleFiles.bytes("dossiers/expected.json")))
        for (name, value) in try expected.entries(max: 100) {
            let wanted = try value.array(max: 10) { value throws(DocumentFault) in
                var finding = try value.object()
                return [try finding.string("code"), try finding.string("member")]
            }
            let found = DossierVerifier.verify(try SampleFiles.bytes("dossiers/" + name), anchors: anchors, at: time)
            #expect(found.isEmpty == wanted.isEmpty, "\(name): \(found)")
            for finding in wanted {
                #expect(found.contains { [$0.code.rawValue, $0.member] == finding }, "\(name): \(found)")
            }
        }
    }
}
