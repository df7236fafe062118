import Casework
import Foundation
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// Where a scenario is played: three nodes and their bank, and what the people of the story do, each through the interface
/// that is theirs.
final class ScenarioStage: Sendable {
    let network: TransferNetwork
    let stores: [AgencyCode: JiexuStore]
    let say: @Sendable (String) -> Void
    let person: InsuredPerson
    /// Under which the application is sent.
    private let key: String
    private let mobile: String

    static let destination = DemoStory.weifang
    static let origin = DemoStory.shenzhen
    static let otherOrigin = DemoStory.wuhan

    init(
        network: TransferNetwork, stores: [AgencyCode: JiexuStore], person: InsuredPerson? = nil,
        key: String = "scenario", mobile: String = "13800000000", say: @escaping @Sendable (String) -> Void
    ) {
        self.network = network
        self.stores = stores
        self.say = say
        self.key = key
        self.mobile = mobile
        self.person =
            person
            ?? InventedPerson(name: "林芳", county: "440520", born: "1988-07-12", order: 7, sex: .female).person
    }

    // MARK: Records

    /// What the records of an agency say of the person at the origin: years of contributions, and whatever a scenario adds.
    struct OriginRecord: Sendable {
        var name: String?
        var relation = Relation.general
        var isDeceased = false
        var hasLegalHold = false
        var medicalFen: Int64 = 0
        var housingFen: Int64 = 0
        var firstYear = 2023
        var baseFen: Int64 = 6_000_00
        /// Lines beside the ordinary ones.
        var more: [(year: Int, months: ClosedRange<Int>, kind: ContributionKind)] = []
    }

    func originRecord(_ record: OriginRecord = OriginRecord(), at code: AgencyCode = origin) async throws {
        var rows = RecordRows()
        add(record, to: &rows)
        try await network.importRecords(rows, at: code)
    }

    func add(_ record: OriginRecord, to rows: inout RecordRows) {
        let known = InsuredPerson(name: record.name ?? person.name, residentID: person.residentID)
        rows.person(
            known, household: String(ScenarioStage.destination.text.prefix(2)), isActive: false,
            enrolledOn: "2012-03-01", medicalFen: record.medicalFen, housingFen: record.housingFen,
            relation: record.relation, isDeceased: record.isDeceased, hasLegalHold: record.hasLegalHold)
        for year in record.firstYear...2025 { rows.line(known, year: year, months: 1...12, baseFen: record.baseFen) }
        rows.line(known, year: 2026, months: 1...5, baseFen: record.baseFen)
        for line in record.more {
            rows.line(known, year: line.year, months: line.months, baseFen: record.baseFen, kind: line.kind)
        }
    }

    /// - Parameter months: of 2026, paid at the destination.
    func destinationRecord(months: ClosedRange<Int> = 8...9) async throws {
        var rows = RecordRows()
        addAtDestination(months: months, to: &rows)
        try await network.importRecords(rows, at: ScenarioStage.destination)
    }

    func addAtDestination(months: ClosedRange<Int> = 8...9, to rows: inout RecordRows) {
        rows.person(
            person, household: String(ScenarioStage.destination.text.prefix(2)), isActive: true,
            enrolledOn: "2026-08-01")
        rows.line(person, year: 2026, months: months, baseFen: 7_000_00)
    }

    // MARK: The applicant

    func application(
        branches: [Branch] = [], origin: AgencyCode = origin, purpose: TransferPurpose = .move, hasAccount: Bool = false
    ) throws -> [UInt8] {
        let account: BankAccount? = branches.isEmpty && !hasAccount ? nil : ownAccount()
        return try ApplicationForm.write(
            TransferApplication(
                person: person, origin: origin, applicant: .insuredPerson, mobile: mobile,
                certificateNumber: nil, payoutAccount: account, otherBranches: branches, approvedMove: false,
                purpose: purpose))
    }

    /// The cases of a scenario are lodged by the desk, those that people are to play with by the employer.
    private var lodger: NodeAPI {
        get throws {
            let node = try network.node(ScenarioStage.destination)
            return network.demonstration == nil ? node.api : node.employer
        }
    }

    func ownAccount(holder: String? = nil, number: String = DemoStory.secondCard) -> BankAccount {
        BankAccount(
            holder: holder ?? person.name, bankName: "示例银行", bankCode: DemoStory.bankCode, number: number)
    }

    func lodge(
        branches: [Branch] = [], origin: AgencyCode = origin, purpose: TransferPurpose = .move, hasAccount: Bool = false
    ) async throws -> CaseNumber {
        let body = try application(branches: branches, origin: origin, purpose: purpose, hasAccount: hasAccount)
        let answer = try await lodger.post(
            "/api/v1/applications", body, idempotencyKey: "\(key)-\(origin)-\(purpose.rawValue)")
        guard answer.status == 201, case .string(let text)? = answer.json?["case"], let number = CaseNumber(text) else {
            throw RigFault("the application got \(answer.status): \(answer.text)")
        }
        say("  申请 application  \(number)  \(person.maskedName)")
        return number
    }

    /// What the applicant sends about a case: `corrections` or `withdrawal`.
    func applicant(_ what: String, of number: CaseNumber, _ body: [UInt8] = []) async throws {
        let answer = try await lodger.post(
            "/api/v1/cases/\(number)/\(what)", body, idempotencyKey: "\(what)-1")
        guard (200..<300).contains(answer.status) else {
            throw RigFault("\(what) got \(answer.status): \(answer.text)")
        }
        say("  申请人 applicant  \(what)")
    }

    // MARK: The staff

    /// One person prepares a decision, another checks and approves it. When the case has moved on in between, the approval
    /// is void, and both look at the case again.
    func decide(
        _ action: StaffAction, on number: CaseNumber, at code: AgencyCode, text: String = "按规定办理。"
    ) async throws {
        for look in 1... {
            if try await decide(action, on: number, at: code, text, isLast: look == 10) { return }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// - Returns: false when the case has moved on from what was approved.
    private func decide(
        _ action: StaffAction, on number: CaseNumber, at code: AgencyCode, _ text: String, isLast: Bool
    ) async throws -> Bool {
        let node = try network.node(code)
        let body = try StaffActionForm.write(action, text: text)
        let proposed = try await node.maker.post("/api/v1/staff/cases/\(number)/proposals", body)
        guard proposed.status == 201, case .string(let digest)? = proposed.json?["digest"],
            let id = proposed.json?.integer("id")
        else { throw RigFault("\(action.name) at \(code) got \(proposed.status): \(proposed.text)") }
        guard action.needsChecker else {
            say("  工作人员 staff \(code)  \(action.name)")
            return true
        }
        let approved = try await node.checker.post(
            "/api/v1/staff/proposals/\(id)/approve", Array("{\"digest\":\"\(digest)\"}".utf8))
        if approved.status == 409, !isLast, approved.json?["code"] == .string("case-moved-on") { return false }
        guard (200..<300).contains(approved.status) else {
            throw RigFault("approving \(action.name) at \(code) got \(approved.status): \(approved.text)")
        }
        say("  工作人员 staff \(code)  \(action.name)  经办 li.na，复核 wang.wei")
        return true
    }

    // MARK: The bank

    /// Asks the simulated bank to do something wrong with the next fitting order.
    func bank(_ request: String) throws {
        let name = String(request.prefix { $0 != " " })
        let file = "\(network.folder)/bank/requests/\(name)-\(UInt32.random(in: 0...UInt32.max)).txt"
        try Files.replace(file, Array((request + "\n").utf8), for: .owner)
        say("  银行 bank  \(request)")
    }

    // MARK: The operator

    func hold(_ code: AgencyCode, towards peer: AgencyCode) async throws {
        _ = try await network.node(code).api.operate("POST", "/ops/peers/\(peer)/hold")
    }

    func resume(_ code: AgencyCode, towards peer: AgencyCode) async throws {
        _ = try await network.node(code).api.operate("POST", "/ops/peers/\(peer)/resume")
    }

    // MARK: Watching

    func view(_ number: CaseNumber, at code: AgencyCode) async throws -> CaseView? {
        guard let store = stores[code] else { return nil }
        return try await CaseView.read(
            number, from: store, limits: try network.node(code).settings.deadlineLimits, calendar: .shipped)
    }

    /// Waits until a leg of the case is in a phase, at most a minute.
    ///
    /// - Parameter phase: the published name of the phase of any leg, questions included.
    func wait(_ number: CaseNumber, at code: AgencyCode, for phase: String) async throws {
        var last = "—"
        for _ in 0..<1_200 {
            if let view = try await view(number, at: code) {
                let phases = view.story.transfer.legs.map(\.phase)
                if phases.contains(phase) {
                    say("  \(code)  \(CaseWords.phase(phase))")
                    return
                }
                last = phases.joined(separator: ", ")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw RigFault("\(number) at \(code) did not come to \(phase); it is at \(last)")
    }

    /// Waits until the case has ended on both sides.
    func end(
        _ number: CaseNumber, destination: String, origin: String?, originCode: AgencyCode = origin
    ) async throws {
        try await end(number, at: ScenarioStage.destination, as: destination)
        if let origin { try await end(number, at: originCode, as: origin) }
    }

    private func end(_ number: CaseNumber, at code: AgencyCode, as phase: String) async throws {
        var last = "—"
        for _ in 0..<1_200 {
            if let view = try await view(number, at: code) {
                let legs = view.story.transfer.legs
                last = legs.map(\.phase).joined(separator: ", ")
                let waits = view.deliveries.contains { $0.deliveredAt == nil }
                if view.summary.isTerminal, !waits {
                    guard legs.first?.phase == phase else {
                        throw RigFault("\(number) ended at \(code) as \(last), and not as \(phase)")
                    }
                    say("  \(code)  \(CaseWords.phase(phase))  ∎")
                    return
                }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw RigFault("\(number) has not ended at \(code): \(last)")
    }
}

extension NodeAPI.Answer {
    /// The body, for a message to people.
    var text: String { String(decoding: body.prefix(600), as: UTF8.self) }
}

extension JSONObject {
    fileprivate func integer(_ name: String) -> Int64? {
        guard case .integer(let value)? = self[name] else { return nil }
        return value
    }
}
