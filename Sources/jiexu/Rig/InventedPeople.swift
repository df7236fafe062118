import TransferCore

/// Invented people for demonstrations and measurements: the numbers have valid check digits, and nobody has them.
///
/// The county of each number is one that was dissolved before the day of birth, so that no such number was given out.
struct InventedPerson: Sendable {
    let person: InsuredPerson

    /// - Parameters:
    ///   - county: six digits; a county that did not exist on the day of birth.
    ///   - order: 0 to 99, the place among the people of one day.
    init(name: String, county: String, born: String, order: Int, sex: Sex) {
        let orderCode = order * 10 % 1_000 + (sex == .male ? 1 : 2)
        let padded = String(repeating: "0", count: 3 - String(orderCode).count) + String(orderCode)
        let digits = county + born.filter { $0 != "-" } + padded
        for check in "0123456789X" {
            if let id = try? ResidentID(digits + String(check)) {
                person = InsuredPerson(name: name, residentID: id)
                return
            }
        }
        preconditionFailure("one of eleven check characters is right: \(digits)")
    }
}

/// A card number with a right check digit: sixteen places that begin with the digits given.
func inventedCard(_ prefix: String) -> String {
    let body = prefix + String(repeating: "0", count: 15 - prefix.count)
    for check in "0123456789" {
        if (try? CardNumber(body + String(check))) != nil { return body + String(check) }
    }
    preconditionFailure("one of ten check digits is right")
}

/// A bank code with a right check digit: eleven places and the check.
func inventedBankCode(_ body: String) -> String {
    for check in "0123456789" {
        if (try? BankCode(body + String(check))) != nil { return body + String(check) }
    }
    preconditionFailure("one of ten check digits is right")
}

/// A credit code of an invented employer: seventeen places and the check.
func inventedCreditCode(_ body: String) -> String {
    for check in "0123456789ABCDEFGHJKLMNPQRTUWXY" {
        if (try? CreditCode(body + String(check))) != nil { return body + String(check) }
    }
    preconditionFailure("one of thirty-one check characters is right")
}

/// The rows of a file for `jiexu records import`.
struct RecordRows {
    private(set) var text =
        "record,resident_id,name,household_province,relation,status,enrolled_on,deceased,draws_pension,legal_hold,"
        + "carried_year_end,carried_balance_fen,medical_balance_fen,housing_balance_fen,year,from,to,kind,base_fen,"
        + "own_share_bp,credited_share_bp,employer_share_bp,paid_on\n"

    /// A person who is still paying (`isActive`) or has stopped, and from which day the person was insured in the
    /// province.
    mutating func person(
        _ person: InsuredPerson, household: String, isActive: Bool, enrolledOn: String, medicalFen: Int64 = 0,
        housingFen: Int64 = 0, relation: Relation = .general, isDeceased: Bool = false, hasLegalHold: Bool = false
    ) {
        let status = isActive ? "active" : "stopped"
        func word(_ flag: Bool) -> String { flag ? "yes" : "no" }
        text +=
            "person,\(person.residentID.fullText),\(person.name),\(household),\(relation.rawValue),\(status),"
            + "\(enrolledOn),\(word(isDeceased)),no,\(word(hasLegalHold)),,,\(medicalFen),\(housingFen),,,,,,,,,\n"
    }

    /// Contributions of one year. What was withheld was paid back in the year after its months.
    mutating func line(
        _ person: InsuredPerson, year: Int, months: ClosedRange<Int>, baseFen: Int64,
        kind: ContributionKind = .ordinary
    ) {
        let from = "\(year)-\(months.lowerBound < 10 ? "0" : "")\(months.lowerBound)"
        let to = "\(year)-\(months.upperBound < 10 ? "0" : "")\(months.upperBound)"
        let credited = year < 2006 ? 1_100 : 800
        let (paidIn, paidOn) = kind == .withheld ? (year + 1, "\(year + 1)-03-15") : (year, "")
        text +=
            "line,\(person.residentID.fullText),,,,,,,,,,,,,\(paidIn),\(from),\(to),\(kind.rawValue),\(baseFen),800,\(credited),"
            + "1600,\(paidOn)\n"
    }
}
