package import Casework
package import TransferCore

// Who sees to which case.

extension JiexuStore {
    package func keep(
        _ assignment: Assignment, expecting: AssignmentExpectation
    ) async throws(StoreError) {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let now = try connection.assignment(of: assignment.number)?.person
            switch expecting {
            case .anybody: break
            case .nobody: guard now == nil else { throw StoreError.duplicate }
            case .person(let person): guard now == person else { throw StoreError.duplicate }
            }
            try connection.keep(assignment)
        }
    }

    package func assignment(of number: CaseNumber) async throws(StoreError) -> Assignment? {
        try await read { connection in
            let newest = try connection.assignment(of: number)
            return newest?.person == nil ? nil : newest
        }
    }

    package func assignments(of number: CaseNumber) async throws(StoreError) -> [Assignment] {
        try await read { connection in
            try connection.rows(
                """
                SELECT person, assigned_by, at FROM (
                    SELECT id, person, assigned_by, at FROM assignments
                    WHERE case_id = (SELECT id FROM cases WHERE number = $1) ORDER BY id DESC LIMIT 200) AS newest
                ORDER BY id
                """, [.text(number.text)]
            ) { row throws(SQLFault) in try row.assignment(of: number) }
        }
    }

    package func releaseClaims(idleSince last: Instant, at: Instant) async throws(StoreError) -> [CaseNumber] {
        // To look costs a glance into an index; to write, a transaction.
        let idle = try await read { connection in
            try connection.integer("SELECT count(*) FROM claims WHERE at <= $1", [.integer(last.milliseconds)]) ?? 0
        }
        guard idle > 0 else { return [] }
        return try await writes.perform { transaction in
            let connection = transaction.connection
            let claims = try connection.rows(
                """
                SELECT cases.number, claims.person FROM claims JOIN cases ON cases.id = claims.case_id
                WHERE claims.at <= $1 ORDER BY claims.at LIMIT 500
                """, [.integer(last.milliseconds)]
            ) { row throws(SQLFault) in (try row.caseNumber(0), try row.text(1)) }
            for (number, person) in claims {
                if try connection.assignment(of: number)?.person == person {
                    try connection.keep(Assignment(number: number, person: nil, by: Assignment.idle, at: at))
                }
            }
            return claims.map(\.0)
        }
    }
}

extension SQLConnection {
    fileprivate func assignment(of number: CaseNumber) throws(SQLFault) -> Assignment? {
        try first(
            """
            SELECT person, assigned_by, at FROM assignments
            WHERE case_id = (SELECT id FROM cases WHERE number = $1) ORDER BY id DESC LIMIT 1
            """, [.text(number.text)]
        ) { row throws(SQLFault) in try row.assignment(of: number) }
    }

    /// Keeps the row, and whether it is a claim that ends when nothing is done.
    fileprivate func keep(_ assignment: Assignment) throws(SQLFault) {
        try run(
            """
            INSERT INTO assignments (case_id, person, assigned_by, at)
            VALUES ((SELECT id FROM cases WHERE number = $1), $2, $3, $4)
            """, .text(assignment.number.text), .text(assignment.person), .text(assignment.by),
            .integer(assignment.at.milliseconds))
        try run(
            "DELETE FROM claims WHERE case_id = (SELECT id FROM cases WHERE number = $1)",
            .text(assignment.number.text))
        guard let person = assignment.person, person == assignment.by else { return }
        try run(
            "INSERT INTO claims (case_id, person, at) VALUES ((SELECT id FROM cases WHERE number = $1), $2, $3)",
            .text(assignment.number.text), .text(person), .integer(assignment.at.milliseconds))
    }
}

extension SQLRow {
    fileprivate func assignment(of number: CaseNumber) throws(SQLFault) -> Assignment {
        Assignment(number: number, person: try optionalText(0), by: try text(1), at: try instant(2))
    }
}
