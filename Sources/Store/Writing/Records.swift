package import Casework
package import TransferCore

extension JiexuStore {
    package func record(of residentID: ResidentID) async throws(StoreError) -> PersonRecord? {
        try await readBriefly { connection in
            try connection.snapshot { () throws(SQLFault) in try connection.record(of: residentID) }
        }
    }

    package func importRecords(_ records: [PersonRecord], at: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            for record in records { try transaction.connection.replace(record, at: at) }
        }
    }
}

extension SQLConnection {
    fileprivate func replace(_ record: PersonRecord, at: Instant) throws(SQLFault) {
        let id = SQLValue.text(record.person.residentID.fullText)
        try run("DELETE FROM enrolments WHERE resident_id = $1", id)
        try run("DELETE FROM contribution_lines WHERE resident_id = $1", id)
        try run("DELETE FROM branch_balances WHERE resident_id = $1", id)
        try run("DELETE FROM persons WHERE resident_id = $1", id)
        try run(
            """
            INSERT INTO persons (resident_id, name, household_province, relation, is_active, is_deceased, draws_pension,
                has_legal_hold, carried_year, carried_balance, imported_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, id, .text(record.person.name), .text(record.householdProvince.text), .text(record.relation.rawValue),
            .flag(record.isActive), .flag(record.isDeceased), .flag(record.drawsPension), .flag(record.hasLegalHold),
            .integer(record.carried.map { Int64($0.yearEnd) }), .integer(record.carried?.balance.fen),
            .integer(at.milliseconds))
        for (place, day) in record.enrolledOn.enumerated() {
            try run(
                "INSERT INTO enrolments (resident_id, line, enrolled_on) VALUES ($1, $2, $3)", id, .integer(place + 1),
                .integer(day.dayNumber))
        }
        for (place, line) in record.lines.enumerated() { try insert(line, place: place + 1, of: id) }
        for (branch, balance) in record.balances {
            try run(
                "INSERT INTO branch_balances (resident_id, branch, balance) VALUES ($1, $2, $3)", id,
                .text(branch.rawValue), .integer(balance.fen))
        }
    }

    private func insert(_ line: ContributionLine, place: Int, of id: SQLValue) throws(SQLFault) {
        try run(
            """
            INSERT INTO contribution_lines (resident_id, line, year, from_month, to_month, kind, base, base_floor,
                base_ceiling, own_share, credited_share, employer_share, region, paid_on)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """, id, .integer(place), .integer(line.year), .integer(line.from.index), .integer(line.to.index),
            .text(line.kind.rawValue), .integer(line.base.fen), .integer(line.baseLimits?.floor.fen),
            .integer(line.baseLimits?.ceiling.fen), .integer(line.ownShare.value), .integer(line.creditedShare.value),
            .integer(line.employerShare.value), .text(line.region?.text),
            .integer(line.paidOn.map { Int64($0.dayNumber) }))
    }

    fileprivate func record(of residentID: ResidentID) throws(SQLFault) -> PersonRecord? {
        let id = SQLValue.text(residentID.fullText)
        let enrolledOn = try rows("SELECT enrolled_on FROM enrolments WHERE resident_id = $1 ORDER BY line", [id]) {
            row throws(SQLFault) in try row.date(0)
        }
        let lines = try rows(
            """
            SELECT year, from_month, to_month, kind, base, base_floor, base_ceiling, own_share, credited_share,
                employer_share, region, paid_on
            FROM contribution_lines WHERE resident_id = $1 ORDER BY line
            """, [id]
        ) { row throws(SQLFault) in try row.contributionLine() }
        let balances = try rows("SELECT branch, balance FROM branch_balances WHERE resident_id = $1", [id]) {
            row throws(SQLFault) in (try row.word(0, as: Branch.self), try row.money(1))
        }
        return try first(
            """
            SELECT name, household_province, relation, is_active, is_deceased, draws_pension, has_legal_hold, carried_year,
                carried_balance
            FROM persons WHERE resident_id = $1
            """, [id]
        ) { row throws(SQLFault) in
            let carried = try row.optionalInteger(7)
            return PersonRecord(
                person: InsuredPerson(name: try row.text(0), residentID: residentID),
                householdProvince: try row.value(1, "province", Province.init),
                relation: try row.word(2, as: Relation.self), isActive: try row.flag(3), enrolledOn: enrolledOn,
                isDeceased: try row.flag(4), drawsPension: try row.flag(5), hasLegalHold: try row.flag(6),
                carried: try carried.map { year throws(SQLFault) in
                    CarriedBalance(yearEnd: Int(year), balance: try row.money(8))
                }, lines: lines, balances: Dictionary(uniqueKeysWithValues: balances))
        }
    }
}

extension SQLRow {
    /// A row of `contribution_lines`, from the column `year` on.
    fileprivate func contributionLine() throws(SQLFault) -> ContributionLine {
        let limits = isNull(5) ? nil : BaseLimits(floor: try money(5), ceiling: try money(6))
        return ContributionLine(
            year: try int(0), from: try month(1), to: try month(2), kind: try word(3, as: ContributionKind.self),
            base: try money(4), baseLimits: limits, ownShare: try share(7), creditedShare: try share(8),
            employerShare: try share(9), region: isNull(10) ? nil : try value(10, "region code", RegionCode.init),
            paidOn: try optionalDate(11))
    }
}
