import Casework
import TransferCore
import TransferDocuments

// What applicants and staff do alike in every simulation: nothing here is drawn.

extension SimulatedCast {
    /// Who prepares and who checks what staff decide.
    static let deciders = Deciders(maker: "li.na", checker: "wang.wei")

    static func decision(_ action: StaffAction) -> StaffDecision {
        StaffDecision(action: action, text: "按规定办理。", form: Array("{\"action\":\"\(action.name)\"}".utf8))
    }

    /// - Parameters:
    ///   - serial: by which the person's card is known.
    ///   - isMisspelt: whether the name is another than that in the records.
    static func application(
        of person: InsuredPerson, _ serial: Int, from origin: AgencyCode, _ branches: [Branch], isMisspelt: Bool
    ) -> TransferApplication {
        let name = isMisspelt ? "\(person.name)华" : person.name
        let named = InsuredPerson(name: name, residentID: person.residentID)
        return TransferApplication(
            person: named, origin: origin, applicant: .insuredPerson, mobile: "13912345678", certificateNumber: nil,
            payoutAccount: branches.isEmpty ? nil : card(of: named, serial), otherBranches: branches,
            approvedMove: false)
    }
}

extension PersonRecord {
    /// The record as it should have been: settled, free, and with these lines.
    func mended(_ lines: [ContributionLine]) -> PersonRecord {
        PersonRecord(
            person: person, householdProvince: householdProvince, relation: relation, isActive: false,
            enrolledOn: enrolledOn, isDeceased: isDeceased, drawsPension: drawsPension, hasLegalHold: false,
            carried: carried, lines: lines, balances: balances)
    }
}

extension StaffAction {
    /// What the other office is told that has asked something; nil where nothing is open.
    init?(answering queries: Queries) {
        guard case .open(let subject) = queries.received else { return nil }
        switch subject {
        case .creditShort: self = .answer(.supplementFollows)
        case .creditOver: self = .answer(.returnExcess)
        case .identityDiffers: self = .answer(.correctionFollows)
        default: self = .answer(.confirmed)
        }
    }

    /// What is done about money that goes back; nil where nothing is to be done.
    init?(returning funds: FundsReturn) {
        switch funds.phase {
        case .owed: self = .returnFunds
        case .bounced: self = .retryReturn
        default: return nil
        }
    }
}

extension SimulatedStore {
    /// Staff do what stands on their list; what the policy does alone does not stand there.
    ///
    /// - Parameter story: of the case, as it stands; asked for where it matters.
    func isOfStaff(
        _ action: StaffAction, on number: CaseNumber, alone: Set<DecisionStep>, story: () -> CaseStory?
    ) async -> Bool {
        let kind: NewEffect.Kind
        switch action {
        case .accept, .askSupplement: kind = .review
        case .check: kind = .checkRecords
        case .returnFunds: kind = .returnFunds
        case .remit:
            guard case .origin(let handshake)? = story()?.transfer.pension, handshake.phase == .frozen else {
                return true
            }
            kind = .remit
        default: return true
        }
        guard !alone.contains(kind.step) else { return false }
        return (try? await openEffects(of: number))?.contains { $0.kind == kind } ?? false
    }
}
