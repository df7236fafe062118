import Casework
import FoundationEssentials
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

/// The people, agencies and steps that the tests of the store speak of. All of them are invented.
enum Cast {
    static let hangzhou = agency("330100")
    static let chengdu = agency("510100")
    static let noon = Instant(milliseconds: 1_795_233_600_000)

    static func agency(_ text: String) -> AgencyCode {
        guard let code = AgencyCode(text) else { preconditionFailure("\(text) is a region") }
        return code
    }

    static func number(_ serial: Int, destination: AgencyCode = hangzhou) -> CaseNumber {
        guard let number = CaseNumber(destination: destination, year: 2026, serial: serial) else {
            preconditionFailure("\(serial) is a serial number")
        }
        return number
    }

    /// A person born on 1 January 1980, of whom there are 999: with the right check digit, registered in a region that
    /// was never given.
    static func resident(_ serial: Int) -> ResidentID {
        let places = "11999919800101" + String(String(1_000 + serial).suffix(3))
        for check in "0123456789X" {
            if let id = try? ResidentID(places + String(check)) { return id }
        }
        preconditionFailure("one check digit is right")
    }

    static func opening(
        _ serial: Int, resident person: Int? = nil, role: Role = .destination, application: [UInt8]? = Array("{}".utf8)
    ) -> CaseOpening {
        CaseOpening(
            number: number(serial), role: role, origin: chengdu, destination: hangzhou,
            residentID: resident(person ?? serial), payouts: [.medical, .housing], openedAt: noon,
            application: application, lodgedBy: "hr-of-a-mill")
    }

    static func summary(
        phase: String = "reviewing", due: CivilDate? = nil, isReported: Bool = false, isTerminal: Bool = false
    ) -> CaseSummary {
        CaseSummary(
            phase: phase, holder: isTerminal ? .nobody : .destination, since: noon, due: due,
            isDueProvisional: due != nil,
            isOverdueReported: isReported, isTerminal: isTerminal)
    }

    static func event(_ name: String, code: String? = nil, attachment: [UInt8]? = nil) -> StoredEvent {
        StoredEvent(
            branch: .pension, name: name, code: code, at: noon, actor: "policy:straight-through", cause: nil,
            attachment: attachment)
    }

    static func firstStep(_ serial: Int, resident person: Int? = nil, role: Role = .destination) -> CaseStep {
        var step = CaseStep(number: number(serial), expecting: 0, summary: summary())
        step.opening = opening(serial, resident: person, role: role)
        step.events = [event("application-lodged")]
        return step
    }

    static func step(_ serial: Int, expecting version: Int, _ names: String..., isTerminal: Bool = false) -> CaseStep {
        var step = CaseStep(
            number: number(serial), expecting: version,
            summary: summary(phase: names.last ?? "reviewing", isTerminal: isTerminal))
        step.events = names.map { event($0) }
        return step
    }

    /// A document whose three parts have the form of a compact JWS; nothing in the store looks at its signature.
    static func document(
        _ sequence: Int, from sender: AgencyCode, to recipient: AgencyCode, says text: String = "words",
        kind: DocumentKind = .acceptanceLetter, receipt: String? = nil
    ) -> StoredDocument {
        let payload = Array("{\"sequence\":\(sequence),\"says\":\"\(text)\"}".utf8)
        let parts = [Array("{}".utf8), payload, Array("signature".utf8)].map { Base64URL.encode($0) }
        return StoredDocument(
            sender: sender, recipient: recipient, sequence: sequence, kind: kind, digest: DocumentDigest(of: payload),
            bytes: Array(parts.joined(separator: [UInt8(ascii: ".")])), at: noon,
            receipt: receipt.map { Array($0.utf8) },
            isRefused: false)
    }

    static func line(_ reference: String, fen: Int64 = 1_906_400) -> BankLine {
        BankLine(
            reference: reference, direction: .credit, amount: Money(fen: fen), endToEndKey: "\(number(1).text)/P1",
            bookedOn: day(2026, 11, 20), returnReason: nil)
    }

    static func order(_ serial: Int, attempt: Int = 1, branch: Branch = .pension) -> StoredOrder {
        guard
            let key = OrderKey(
                caseNumber: number(serial), leg: branch == .pension ? .remittance : .balance(branch), attempt: attempt)
        else {
            preconditionFailure("\(attempt) is a number of a try")
        }
        return StoredOrder(key: key, amount: Money(fen: 1_906_400), creditor: account, messageID: nil, outcome: nil)
    }

    static let account = BankAccount(
        holder: "杭州市社会保险基金", bankName: "某银行杭州分行", bankCode: "102331000018", number: "1202020209900000012")

    static func day(_ year: Int, _ month: Int, _ day: Int) -> CivilDate {
        guard let date = CivilDate(year: year, month: month, day: day) else { preconditionFailure("a day that exists") }
        return date
    }

    static func record(_ person: Int, name: String = "林芳") -> PersonRecord {
        guard let province = Province("51"), let from = CalendarMonth("2019-03"), let to = CalendarMonth("2019-12"),
            let late = CalendarMonth("2018-05"), let share = BasisPoints(1_600), let own = BasisPoints(800)
        else { preconditionFailure("values that exist") }
        let ordinary = ContributionLine(
            year: 2019, from: from, to: to, kind: .ordinary, base: Money(fen: 512_300),
            baseLimits: BaseLimits(floor: Money(fen: 300_000), ceiling: Money(fen: 1_500_000)), ownShare: own,
            creditedShare: own, employerShare: share, region: chengdu)
        let paidLate = ContributionLine(
            year: 2020, from: late, to: late, kind: .backPayment, base: Money(fen: 400_000), ownShare: own,
            creditedShare: own, employerShare: share, paidOn: day(2020, 2, 29))
        return PersonRecord(
            person: InsuredPerson(name: name, residentID: resident(person)), householdProvince: province,
            relation: .general, isActive: true, enrolledOn: [day(2010, 7, 1), day(2019, 3, 1)], isDeceased: false,
            drawsPension: false, hasLegalHold: true,
            carried: CarriedBalance(yearEnd: 2018, balance: Money(fen: 3_456_789)), lines: [ordinary, paidLate],
            balances: [.medical: Money(fen: 12_345), .housing: .zero])
    }
}

/// A kind of store under test. Whatever keeps what a node keeps has to pass the same suite.
struct StoreKind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let open: @Sendable (_ directory: String) async throws -> JiexuStore

    static let all = [
        StoreKind(testDescription: "an SQLite file") { directory in
            try await JiexuStore(path: directory + "/node.sqlite", access: .serving, settings: settings)
        },
        StoreKind(testDescription: "an SQLite file without a memory of cases") { directory in
            let database = try SQLiteDatabase(
                path: directory + "/node.sqlite", access: .serving, settings: settings)
            return try await JiexuStore(database: database, access: .serving, cachedCases: 0)
        },
        StoreKind(testDescription: "a schema of a PostgreSQL server") { directory in
            try await JiexuStore(postgres: TestStore.place(of: directory), access: .serving)
        },
    ]

    /// As nodes have it, but content with the space that a test machine has.
    static let settings: SQLiteDatabase.Settings = {
        var settings = SQLiteDatabase.Settings()
        settings.minimumFreeBytes = 16 << 20
        return settings
    }()

    /// Opens a new store, uses it, and takes it away.
    func withStore<Value>(_ use: (JiexuStore) async throws -> Value) async throws -> Value {
        try await withDirectory { directory in
            let store = try await open(directory)
            defer { store.close() }
            return try await use(store)
        }
    }
}

/// Uses a new directory, and takes it away.
func withDirectory<Value>(_ use: (String) async throws -> Value) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("jiexu-store-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await use(directory.path)
}
