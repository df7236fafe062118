import Testing
import TransferCore
import TransferDocuments

@Suite struct `An agency that another took over` {
    private static let codes = ["110100", "120100", "130100", "140100", "150100"].map { AgencyCode($0)! }

    /// A directory of five agencies with the given successors, by their places.
    private static func directory(_ successors: [Int: Int]) throws -> SignedDirectory {
        let cast = try TrustCast()
        let entries = try codes.indices.map { place in
            let host = "node\(place).example"
            let connection = try cast.authority.issueTLS(for: codes[place], hosts: [host], validity: TrustCast.validity)
            let key = try cast.authority.issueSigning(for: codes[place], validity: TrustCast.validity)
            return DirectoryEntry(
                code: codes[place], nameChinese: "某市经办机构", nameEnglish: "Agency \(place)",
                endpoint: EndpointURL("https://\(host):8443")!,
                tlsCertificates: [TLSCertificateEntry(connection.certificate)],
                signingCertificates: [SigningCertificateEntry(key.certificate)], receives: [],
                deadlineProfile: DeadlineProfile(name: "national", workingDays: [:]),
                remittanceAccount: BankAccount(
                    holder: "某市社会保险基金专户", bankName: "示例银行", bankCode: "102651000017", number: "440223901190001\(place)"),
                successor: successors[place].map { codes[$0] })
        }
        return try cast.opened(cast.directory(entries))
    }

    @Test func `is the one at the end of the chain`() throws {
        let directory = try Self.directory([0: 1, 1: 2, 3: 2])
        #expect(Self.codes.map { directory.inForce($0) } == [2, 2, 2, 2, 4].map { Self.codes[$0] })
        #expect(directory.isSame(Self.codes[0], Self.codes[3]))
        #expect(directory.isSame(Self.codes[4], Self.codes[4]))
        #expect(!directory.isSame(Self.codes[0], Self.codes[4]))
        #expect(directory.predecessors(of: Self.codes[2]) == Array(Self.codes[0...3]))
        #expect(directory.predecessors(of: Self.codes[4]) == [Self.codes[4]])
    }

    @Test func `does not speak for the one that took over, nor for one beside it`() throws {
        let directory = try Self.directory([0: 1, 1: 2, 3: 2])
        #expect(directory.stands(Self.codes[1], for: Self.codes[0]))
        #expect(directory.stands(Self.codes[2], for: Self.codes[0]))
        #expect(directory.stands(Self.codes[0], for: Self.codes[0]))
        #expect(!directory.stands(Self.codes[0], for: Self.codes[2]))
        #expect(!directory.stands(Self.codes[3], for: Self.codes[0]))
    }

    @Test func `is itself when the chain has no end, or is in no directory`() throws {
        let directory = try Self.directory([0: 1, 1: 0, 2: 0])
        #expect(directory.inForce(Self.codes[0]) == Self.codes[0])
        #expect(directory.inForce(Self.codes[2]) == Self.codes[2])
        #expect(!directory.isSame(Self.codes[0], Self.codes[1]))
        let stranger = AgencyCode("650100")!
        #expect(directory.inForce(stranger) == stranger)
        #expect(!directory.isSame(stranger, Self.codes[0]))
    }
}
