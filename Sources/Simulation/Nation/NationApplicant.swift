import Casework
import TransferCore
import TransferDocuments

/// One application of a simulated year, and what the records of both places say of the person. The draw depends on the seed
/// and its own serial number alone, never on how the nation is sliced.
struct NationApplicant: Sendable {
    let serial: Int
    let person: InsuredPerson
    let isSecond: Bool
    let origin: Int
    let destination: Int
    let branches: [Branch]
    /// Milliseconds since the beginning of the year.
    let lodgesAt: Int64
    let recordAtOrigin: PersonRecord?
    let recordAtDestination: PersonRecord?
    let misspells: Bool
    /// The working days after which the application is taken back; nil for never.
    let withdrawsAfter: Int?

    func application(from origin: AgencyCode, corrected: Bool) -> TransferApplication {
        SimulatedCast.application(
            of: person, serial, from: origin, branches, isMisspelt: misspells && !corrected)
    }
}

/// Draws the applications of a year.
struct NationDraw: Sendable {
    let seed: UInt64
    let places: NationPlaces
    let calendar: NationCalendar
    let assumed: NationAssumptions
    /// Running sums of the weights of the days: those with a desk, and all.
    private let deskDays: [Int]
    private let allDays: [Int]

    init(seed: UInt64, places: NationPlaces, calendar: NationCalendar, assumed: NationAssumptions) {
        self.seed = seed
        self.places = places
        self.calendar = calendar
        self.assumed = assumed
        var (desk, all) = (0, 0)
        var (deskDays, allDays): ([Int], [Int]) = ([], [])
        for day in 0..<calendar.length {
            let weight = assumed.months[calendar.date(of: day).month - 1]
            desk += calendar.isWorkingDay(day) ? weight : 0
            all += weight
            deskDays.append(desk)
            allDays.append(all)
        }
        (self.deskDays, self.allDays) = (deskDays, allDays)
    }

    /// The applications that fall to one slice, in the order of their serial numbers. Two that follow each other may be of
    /// one person, so pairs are dealt, by a hash.
    func applicants(slice: Int, of slices: Int, transfers: Int) -> [NationApplicant] {
        var applicants: [NationApplicant] = []
        for pair in 0..<((transfers + 1) / 2) {
            var hash = SeededNumbers(seed: seed &+ UInt64(pair), stream: 9)
            guard hash.below(slices) == slice else { continue }
            let first = applicant(2 * pair, after: nil)
            applicants.append(first)
            if 2 * pair + 1 < transfers { applicants.append(applicant(2 * pair + 1, after: first)) }
        }
        return applicants
    }

    private func applicant(_ serial: Int, after first: NationApplicant?) -> NationApplicant {
        var numbers = SeededNumbers(seed: seed, stream: 1_000 + UInt64(serial))
        if let first, numbers.chance(assumed.secondOrigin),
            let origin = places.otherOrigin(than: first.origin, for: first.destination, &numbers)
        {
            let last = calendar.date(of: Int(first.lodgesAt / NationCalendar.day))
            let ended = last.year * 12 + last.month - 1 - 14 - numbers.below(60)
            return NationApplicant(
                serial: serial, person: first.person, isSecond: true, origin: origin, destination: first.destination,
                branches: [], lodgesAt: first.lodgesAt + numbers.within(600_000...3 * NationCalendar.day),
                recordAtOrigin: recordAtOrigin(
                    first.person, household: first.recordAtOrigin?.householdProvince ?? province(origin),
                    through: ended, &numbers),
                recordAtDestination: nil, misspells: false, withdrawsAfter: nil)
        }
        return one(serial, &numbers)
    }

    private func one(_ serial: Int, _ numbers: inout SeededNumbers) -> NationApplicant {
        let (origin, destination) = places.flow(isMistaken: numbers.chance(assumed.sameProvince), &numbers)
        let person = person(serial, &numbers)
        let branches = [
            numbers.chance(assumed.medicalBalance) ? Branch.medical : nil,
            numbers.chance(assumed.housingBalance) ? Branch.housing : nil,
        ].compactMap(\.self)
        let lodgesAt = moment(&numbers)
        let lodged = calendar.date(of: Int(lodgesAt / NationCalendar.day))
        // Two months to a year before, the person has begun to work at the destination.
        let month = lodged.year * 12 + lodged.month - 1
        let enrolled = month - 2 - numbers.below(10)
        let isOld = lodged.year - person.residentID.birthDate.year >= (person.residentID.sex == .female ? 39 : 49)
        let isAtHome = numbers.chance(isOld ? assumed.oldAtHome : assumed.youngAtHome)
        let elsewhere = province(origin)
        let household = isAtHome ? province(destination) : elsewhere
        let oddity = numbers.below(1_000)
        let isEnrolled = oddity >= assumed.notEnrolled
        let isDouble = !isEnrolled ? false : oddity < assumed.notEnrolled + assumed.monthsTwice
        return NationApplicant(
            serial: serial, person: person, isSecond: false, origin: origin, destination: destination,
            branches: branches, lodgesAt: lodgesAt,
            recordAtOrigin: recordAtOrigin(
                person, household: household, through: isDouble ? enrolled + 1 : enrolled - 1, &numbers),
            recordAtDestination: isEnrolled
                ? record(
                    of: person, household: household, enrolled: enrolled,
                    lines(from: enrolled, through: month - 1, 700_000))
                : nil,
            misspells: numbers.chance(assumed.misspelt),
            withdrawsAfter: numbers.chance(assumed.withdraws) ? 1 + numbers.below(20) : nil)
    }

    /// A day by its weight; office hours at the desk, any hour online.
    private func moment(_ numbers: inout SeededNumbers) -> Int64 {
        let isAtDesk = numbers.chance(assumed.atTheDesk)
        let day = NationPlaces.pick(isAtDesk ? deskDays : allDays, &numbers)
        let hours: ClosedRange<Int64> = isAtDesk ? 30_600_000...61_200_000 : 21_600_000...82_800_000
        return Int64(day) * NationCalendar.day + numbers.within(hours)
    }

    /// Born from 1974 to 2003; the places of a region that was never given. The numbers of five million serials differ.
    private func person(_ serial: Int, _ numbers: inout SeededNumbers) -> InsuredPerson {
        let birth = (serial / 500) * 4_001 % 10_957
        guard let day = CivilDate(year: 1974, month: 1, day: 1).flatMap({ CivilDate(dayNumber: $0.dayNumber + birth) })
        else { preconditionFailure("a day of the last century, or this") }
        let order = String(1_000 + (serial % 500) * 2 + numbers.below(2)).suffix(3)
        let date = "\(day)".filter { $0 != "-" }
        let name = numbers.pick(NationDraw.families) + numbers.pick(NationDraw.given)
        for check in "0123456789X" {
            guard let id = try? ResidentID("119999\(date)\(order)\(check)") else { continue }
            return InsuredPerson(name: name, residentID: id)
        }
        preconditionFailure("one check digit is right")
    }

    private static let families = ["林", "魏", "周", "何", "郑", "唐", "沈", "韩", "冯", "邓", "曹", "彭", "萧", "田", "董", "潘"]
    private static let given = [
        "芳", "军", "宁", "雪", "宇", "静", "建国", "晓燕", "海波", "丽华", "志远", "秀英", "文博", "雨桐", "国庆", "佳怡",
    ]

    // MARK: Records

    private func recordAtOrigin(
        _ person: InsuredPerson, household: Province, through last: Int, _ numbers: inout SeededNumbers
    ) -> PersonRecord? {
        var place = numbers.below(1_000)
        func falls(_ rate: Int) -> Bool {
            defer { place -= rate }
            return (0..<rate).contains(place)
        }
        let isUnknown = falls(assumed.noRecordAtOrigin)
        let (isActive, isDeceased) = (falls(assumed.stillActiveAtOrigin), falls(assumed.deceased))
        let (draws, isHeld) = (falls(assumed.drawsPension), falls(assumed.legalHold))
        let (isEmpty, isTemporary) = (falls(assumed.nothingPaid), falls(assumed.temporaryAtOrigin))
        let owes = falls(assumed.openArrears)
        let paid = assumed.monthsPaid
        let months = min(numbers.among(paid), numbers.among(paid), numbers.among(paid))
        let base = Int64(numbers.among(assumed.contributionBase)) * 100
        var lines = isEmpty ? [] : self.lines(from: last - months + 1, through: last, base)
        if owes, !isEmpty { lines += self.lines(from: last - months, through: last - months, base, .arrears) }
        guard !isUnknown else { return nil }
        return PersonRecord(
            person: person, householdProvince: household, relation: isTemporary ? .temporary : .general,
            isActive: isActive, enrolledOn: [NationDraw.firstDay(of: last - months)], isDeceased: isDeceased,
            drawsPension: draws, hasLegalHold: isHeld, carried: nil, lines: lines,
            balances: [
                .medical: Money(fen: numbers.chance(assumed.emptyBalance) ? 0 : numbers.within(1...400_000)),
                .housing: Money(fen: numbers.chance(assumed.emptyBalance) ? 0 : numbers.within(1...3_000_000)),
            ])
    }

    private func record(
        of person: InsuredPerson, household: Province, enrolled: Int, _ lines: [ContributionLine]
    ) -> PersonRecord {
        PersonRecord(
            person: person, householdProvince: household, relation: .general, isActive: true,
            enrolledOn: [NationDraw.firstDay(of: enrolled)], isDeceased: false, drawsPension: false,
            hasLegalHold: false, carried: nil, lines: lines, balances: [:])
    }

    /// One line for each calendar year; months are counted from January of the year 0.
    private func lines(
        from first: Int, through last: Int, _ fen: Int64, _ kind: ContributionKind = .ordinary
    ) -> [ContributionLine] {
        var lines: [ContributionLine] = []
        var month = first
        while month <= last {
            let end = min(last, month / 12 * 12 + 11)
            lines.append(SimulatedCast.line(NationDraw.text(month), NationDraw.text(end), kind, fen: fen))
            month = end + 1
        }
        return lines
    }

    private static func text(_ month: Int) -> String {
        "\(month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)"
    }

    private static func firstDay(of month: Int) -> CivilDate { SimulatedCast.day(text(month) + "-01") }

    private func province(_ agency: Int) -> Province {
        guard let province = places.codes[agency].province else {
            preconditionFailure("an agency serves a region of a province")
        }
        return province
    }
}
