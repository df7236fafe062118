import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The agencies, people and records of a run. All of them are invented; every check digit is right.
enum SimulatedCast {
    static let agencies = ["370700", "440300", "420100", "330100", "510100", "610100", "320500", "350200"]
        .compactMap { AgencyCode($0) }

    /// 2026-11-20T04:00:00Z, a Friday at noon in China: every run begins then.
    static let beginning = Instant(milliseconds: 1_795_147_200_000)

    static func account(of agency: AgencyCode) -> BankAccount {
        BankAccount(
            holder: "\(agency)社会保险基金专户", bankName: "某银行", bankCode: bankCode, number: "12020202099\(agency)12")
    }

    static let bankCode = completed("10230100002") { (try? BankCode($0)) != nil }

    static let names = ["林芳", "魏军", "周宁", "何雪", "郑宇", "唐静"]

    /// A person with the right check digit, registered in a region that was never given.
    static func person(_ serial: Int, name: String? = nil) -> InsuredPerson {
        let places = "11999919880712" + String(String(1_000 + (serial * 2) % 998).suffix(3))
        for check in "0123456789X" {
            guard let id = try? ResidentID(places + String(check)) else { continue }
            return InsuredPerson(name: name ?? names[serial % names.count], residentID: id)
        }
        preconditionFailure("one check digit is right")
    }

    /// An account of a person's own: the n-th card.
    static func card(of person: InsuredPerson, _ serial: Int) -> BankAccount {
        let places = "62170012340" + String(String(1_000 + serial % 1_000).suffix(3)) + "9"
        let number = completed(places) { (try? CardNumber($0)) != nil }
        return BankAccount(holder: person.name, bankName: "某银行", bankCode: bankCode, number: number)
    }

    private static func completed(_ places: String, _ isValid: (String) -> Bool) -> String {
        for check in 0...9 where isValid(places + String(check)) { return places + String(check) }
        preconditionFailure("one check digit is right")
    }

    /// The same rate for every year.
    static let interest = InterestTerms(
        formula: .annual,
        rates: Dictionary(
            uniqueKeysWithValues: (2_000...2_027).compactMap { year in BasisPoints(623).map { (year, $0) } }))

    static func day(_ text: String) -> CivilDate {
        guard let day = CivilDate(text) else { preconditionFailure("\(text) is a day") }
        return day
    }

    /// Months of one year.
    static func line(_ from: String, _ to: String, _ kind: ContributionKind, fen: Int64) -> ContributionLine {
        guard let own = BasisPoints(800), let employer = BasisPoints(1_600), let first = CalendarMonth(from),
            let last = CalendarMonth(to)
        else { preconditionFailure("values that exist") }
        return ContributionLine(
            year: first.year, from: first, to: last, kind: kind, base: Money(fen: fen), ownShare: own,
            creditedShare: own, employerShare: employer)
    }
}

/// What is true of one applicant of a run.
struct SimulatedApplicant: Sendable {
    let serial: Int
    let person: InsuredPerson
    let origin: Int
    let destination: Int
    let branches: [Branch]
    let lodgesAt: Int64
    /// The records at both sides; nil for none.
    let recordAtOrigin: PersonRecord?
    let recordAtDestination: PersonRecord?
    /// Whether the name in the application is another than that in the records.
    let misspells: Bool
    /// Whether the application is taken back some days after it was lodged.
    let withdrawsAfter: Int64?

    func application(corrected: Bool) -> TransferApplication {
        SimulatedCast.application(
            of: person, serial, from: SimulatedCast.agencies[origin], branches, isMisspelt: misspells && !corrected)
    }
}

extension SimulatedApplicant {
    /// Draws the applicants of a run.
    static func draw(seed: UInt64, cases: Int, agencies: Int) -> [SimulatedApplicant] {
        var numbers = SeededNumbers(seed: seed, stream: 1)
        var applicants: [SimulatedApplicant] = []
        for serial in 0..<cases {
            if serial > 0, numbers.chance(110), let first = applicants.last {
                // The same person once more, perhaps while the first case is under way.
                applicants.append(
                    first.again(
                        serial,
                        at: first.lodgesAt + numbers.within(0...(serial.isMultiple(of: 2) ? 4 : 30) * 86_400_000)))
            } else {
                applicants.append(one(serial, agencies, &numbers))
            }
        }
        return applicants
    }

    private func again(_ serial: Int, at moment: Int64) -> SimulatedApplicant {
        SimulatedApplicant(
            serial: serial, person: person, origin: origin, destination: destination, branches: branches,
            lodgesAt: moment, recordAtOrigin: nil, recordAtDestination: nil, misspells: false, withdrawsAfter: nil)
    }

    private static func one(_ serial: Int, _ agencies: Int, _ numbers: inout SeededNumbers) -> SimulatedApplicant {
        let origin = numbers.below(agencies)
        let destination = (origin + 1 + numbers.below(agencies - 1)) % agencies
        let person = SimulatedCast.person(serial)
        let branches = [Branch.medical, .housing].filter { _ in numbers.chance(350) }
        let lodgesAt = numbers.within(0...25 * 86_400_000)
        let withdrawsAfter = numbers.chance(80) ? numbers.within(0...20 * 86_400_000) : nil
        let (there, here) = (
            recordAtOrigin(person, &numbers), recordAtDestination(person, destination, &numbers)
        )
        return SimulatedApplicant(
            serial: serial, person: person, origin: origin, destination: destination, branches: branches,
            lodgesAt: lodgesAt, recordAtOrigin: there, recordAtDestination: here, misspells: numbers.chance(40),
            withdrawsAfter: withdrawsAfter)
    }

    private static func recordAtOrigin(_ person: InsuredPerson, _ numbers: inout SeededNumbers) -> PersonRecord? {
        let oddity = numbers.below(30)
        guard oddity != 0 else { return nil }
        let base = numbers.within(3_000...20_000) * 100
        let last = 1 + numbers.below(9)
        var lines = [SimulatedCast.line("2026-01", "2026-0\(last)", .ordinary, fen: base)]
        if numbers.chance(500) { lines.insert(SimulatedCast.line("2025-03", "2025-12", .ordinary, fen: base), at: 0) }
        if oddity == 6 { lines.append(SimulatedCast.line("2026-10", "2026-10", .arrears, fen: base)) }
        return PersonRecord(
            person: person, householdProvince: province(0), relation: oddity == 7 ? .temporary : .general,
            isActive: oddity == 1, enrolledOn: [SimulatedCast.day("2012-03-01")], isDeceased: oddity == 2,
            drawsPension: oddity == 3, hasLegalHold: oddity == 4, carried: nil, lines: oddity == 5 ? [] : lines,
            balances: [
                .medical: Money(fen: numbers.chance(150) ? 0 : numbers.within(1...400_000)),
                .housing: Money(fen: numbers.within(0...900_000)),
            ])
    }

    private static func recordAtDestination(
        _ person: InsuredPerson, _ destination: Int, _ numbers: inout SeededNumbers
    ) -> PersonRecord? {
        let oddity = numbers.below(30)
        guard oddity != 0 else { return nil }
        // Now and then months are insured twice.
        let from = oddity < 4 ? "2026-01" : "2026-10"
        return PersonRecord(
            person: person, householdProvince: province(oddity == 4 ? (destination + 1) % 8 : destination),
            relation: .general, isActive: true, enrolledOn: [SimulatedCast.day("2026-09-01")],
            isDeceased: false, drawsPension: oddity == 5, hasLegalHold: false, carried: nil,
            lines: [SimulatedCast.line(from, "2026-10", .ordinary, fen: 700_000)], balances: [:])
    }

    private static func province(_ agency: Int) -> Province {
        guard let province = SimulatedCast.agencies[agency].province else {
            preconditionFailure("an agency serves a region of a province")
        }
        return province
    }
}
