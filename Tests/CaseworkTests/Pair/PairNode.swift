import Casework
import Logging
import Store
import Synchronization
import TestPostgres
import TransferCore
import TransferDocuments

/// One node of a pair: its desk over a real store in a folder of its own. It can die and come back.
final class PairNode: Sendable {
    let code: AgencyCode
    let clock: HandClock
    let road: Road
    let bank: PairBank
    let signer: KeySigner
    let directory: PairDirectory
    let path: String
    let folder: String
    let kind: TestStore.Kind
    private let alone: Set<DecisionStep>
    /// The agency whose account and folder at the bank are used.
    private let seat: AgencyCode
    private let state: Mutex<State>

    /// What lives as long as the process does.
    private struct State {
        var kept: JiexuStore
        var store: FaultyStore
        var desk: Desk
        var office: BankOffice
        var deaths = 0
        /// Whether each process dies at its second write.
        var isMortal = false
    }

    init(
        _ code: AgencyCode, folder: String, clock: HandClock, road: Road, bank: PairBank,
        alone: Set<DecisionStep> = Set(DecisionStep.allCases), directory: PairDirectory = PairDirectory(),
        successorOf closed: AgencyCode? = nil, on kind: TestStore.Kind = .usual
    ) async throws {
        self.code = code
        self.directory = directory
        seat = closed ?? code
        self.folder = folder
        self.clock = clock
        self.road = road
        self.bank = bank
        self.alone = alone
        // A successor goes on with the cases of the agency that was closed.
        path = "\(folder)/\(closed ?? code).sqlite"
        signer = KeySigner(PairNetwork.shared.key(of: code))
        self.kind = kind
        let kept = try await TestStore.open(path, on: kind)
        let store = FaultyStore(kept)
        let desk = PairNode.desk(code, seat, store, clock, signer, alone, directory)
        state = Mutex(
            State(
                kept: kept, store: store, desk: desk,
                office: BankOffice(desk: desk, folder: bank.folder(of: seat))))
        road.join(self)
    }

    var desk: Desk { state.withLock { $0.desk } }
    var office: BankOffice { state.withLock { $0.office } }
    var store: any NodeStore { state.withLock { $0.store } }
    /// The store behind the one that may fail.
    var realStore: JiexuStore { state.withLock { $0.kept } }
    var audit: StoreAudit { state.withLock { StoreAudit($0.kept) } }
    var link: RoadEnd { RoadEnd(from: code, road: road) }
    /// How many writes the process has made since it began.
    var writes: Int { state.withLock { $0.store.writes } }
    var isDead: Bool { state.withLock { $0.store.isDead } }
    var deaths: Int { state.withLock { $0.deaths } }

    /// From now on every process of this node makes one write and dies at the second, in turn before and after it is
    /// written.
    func beMortal() async throws {
        state.withLock { $0.isMortal = true }
        try await restart()
    }

    /// A fresh desk over the store as it is on the disk, as after a crash.
    func restart(
        fault: FaultyStore.Fault? = nil, lie: @escaping @Sendable (CaseStep) -> Bool = { _ in false }
    ) async throws {
        let (isMortal, deaths) = state.withLock { state in
            state.kept.close()
            return (state.isMortal, state.deaths)
        }
        let kept = try await TestStore.open(path, on: kind)
        let death = FaultyStore.Fault(write: 2, manner: deaths.isMultiple(of: 2) ? .diesBefore : .diesAfter)
        let store = FaultyStore(kept, fault: isMortal ? death : fault, lie: lie)
        let desk = PairNode.desk(code, seat, store, clock, signer, alone, directory)
        state.withLock { state in
            state.kept = kept
            state.store = store
            state.desk = desk
            state.office = BankOffice(desk: desk, folder: bank.folder(of: seat))
            state.deaths += 1
        }
    }

    func close() { state.withLock { $0.kept.close() } }

    private static func desk(
        _ code: AgencyCode, _ seat: AgencyCode, _ store: any NodeStore, _ clock: HandClock, _ signer: KeySigner,
        _ alone: Set<DecisionStep>, _ directory: PairDirectory
    ) -> Desk {
        Desk(
            agency: AgencySettings(
                code: code,
                office: AgencyOffice(
                    name: "某市社会保险经办机构", address: "某路1号", postcode: "261000", telephone: "0536-0000000"),
                account: PairCast.account(of: seat), limits: DeadlineLimits(profile: "national", limits: [:]),
                calendar: .shipped, interest: interest, straightThrough: alone),
            store: store, clock: clock, signer: signer,
            directory: directory, logger: quiet)
    }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The same rate for every year.
    private static let interest = InterestTerms(
        formula: .annual,
        rates: Dictionary(
            uniqueKeysWithValues: (2000...2026).compactMap { year in BasisPoints(623).map { (year, $0) } }))
}
