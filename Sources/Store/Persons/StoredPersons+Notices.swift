package import Accounts
package import Casework
package import TransferCore

extension JiexuStore {
    package func tidings(of person: ResidentID) async throws(StoreError) -> [PersonNotice] {
        let rows = try await read { connection in
            try PersonNotice.Source.allCases.flatMap { source in
                try connection.rows(source.tidingsOfPerson, [.text(person.fullText)]) { row throws(SQLFault) in
                    try row.personNotice(source)
                }
            }
        }
        // Of one moment, what a step tells by itself stands behind what has happened in it.
        return rows.sorted { b, a in
            if a.notice.at != b.notice.at { return a.notice.at < b.notice.at }
            if a.number != b.number { return a.number < b.number }
            if a.place.source != b.place.source { return a.place.source.rank < b.place.source.rank }
            return a.place.id < b.place.id
        }
    }

    package func markRead(
        _ key: PersonNotice.Key, of person: ResidentID, at: Instant
    ) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                key.place.source.markRead, .integer(at.milliseconds), .integer(key.place.id),
                .text(person.fullText), .text(key.number.text))
        }
    }

    package func untold(
        _ source: PersonNotice.Source, limit: Int
    ) async throws(StoreError) -> [UntoldNotice] {
        try await read { connection in
            try connection.rows(source.untold, [.integer(limit)]) { row throws(SQLFault) in
                UntoldNotice(position: try row.integer(7), notice: try row.personNotice(source))
            }
        }
    }

    package func told(
        _ source: PersonNotice.Source, upTo position: Int64
    ) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO notice_cursor (name, told) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET told = excluded.told WHERE excluded.told > notice_cursor.told
                """, .text(source.cursor), .integer(position))
        }
    }
}

// Each source in the words of the database; `request-answered` is ``PersonNotice/answerName``. The columns: number of its own, case, branch, name, code, at, read at.
extension PersonNotice.Source {
    fileprivate var rank: Int {
        switch self {
        case .event: 0
        case .notice: 1
        case .answer: 2
        }
    }

    /// How far its words were handed over to telephones.
    fileprivate var cursor: String {
        switch self {
        case .event: "telephone-events"
        case .notice: "telephone"
        case .answer: "telephone-answers"
        }
    }

    fileprivate var tidingsOfPerson: StaticString {
        switch self {
        case .event:
            // What happened before people were told of every event counts as read.
            """
            SELECT events.sequence, cases.number, branch, name, code, events.at,
                coalesce(tidings_read.at, CASE WHEN events.at <=
                    (SELECT told FROM notice_cursor WHERE notice_cursor.name = 'events-before') THEN events.at END)
            FROM cases JOIN events ON events.case_id = cases.id
                LEFT JOIN tidings_read ON tidings_read.case_id = cases.id AND source = 'event'
                    AND place = events.sequence
            WHERE resident_id = $1
            """
        case .notice:
            """
            SELECT notices.id, cases.number, branch, name, code, notices.at, notice_reads.at
            FROM cases JOIN notices ON notices.case_id = cases.id
                LEFT JOIN notice_reads ON notice_reads.notice_id = notices.id
            WHERE resident_id = $1
            """
        case .answer:
            """
            SELECT person_requests.id, cases.number, 'pension', 'request-answered', kind, answered_at,
                tidings_read.at
            FROM cases JOIN person_requests ON person_requests.case_id = cases.id
                LEFT JOIN tidings_read ON tidings_read.case_id = cases.id AND source = 'answer'
                    AND place = person_requests.id
            WHERE resident_id = $1 AND answer IS NOT NULL
            """
        }
    }

    fileprivate var markRead: StaticString {
        switch self {
        case .event:
            """
            INSERT INTO tidings_read (case_id, source, place, at)
            SELECT cases.id, 'event', sequence, $1 FROM cases JOIN events ON events.case_id = cases.id
            WHERE sequence = $2 AND resident_id = $3 AND number = $4
            ON CONFLICT DO NOTHING
            """
        case .notice:
            """
            INSERT INTO notice_reads (notice_id, at)
            SELECT notices.id, $1 FROM notices JOIN cases ON cases.id = notices.case_id
            WHERE notices.id = $2 AND resident_id = $3 AND number = $4
            ON CONFLICT DO NOTHING
            """
        case .answer:
            """
            INSERT INTO tidings_read (case_id, source, place, at)
            SELECT cases.id, 'answer', person_requests.id, $1
            FROM cases JOIN person_requests ON person_requests.case_id = cases.id
            WHERE person_requests.id = $2 AND resident_id = $3 AND number = $4 AND answer IS NOT NULL
            ON CONFLICT DO NOTHING
            """
        }
    }

    fileprivate var untold: StaticString {
        switch self {
        case .event:
            // The log has every event in the order in which it was written. Its leaves are taken first and few of them,
            // however many a server that has not counted them believes there are.
            """
            SELECT events.sequence, cases.number, branch, name, code, events.at, NULL, position
            FROM (
                SELECT position, case_id, subject FROM audit_leaves
                WHERE position > coalesce((SELECT told FROM notice_cursor WHERE name = 'telephone-events'), -1)
                    AND kind = 'event'
                ORDER BY position LIMIT $1
            ) AS leaves
                JOIN cases ON cases.id = leaves.case_id
                JOIN events ON events.case_id = leaves.case_id AND events.sequence = leaves.subject
            ORDER BY position
            """
        case .notice:
            """
            SELECT notices.id, cases.number, branch, name, code, notices.at, NULL, notices.id
            FROM notices JOIN cases ON cases.id = notices.case_id
            WHERE notices.id > coalesce((SELECT told FROM notice_cursor WHERE notice_cursor.name = 'telephone'), 0)
            ORDER BY notices.id LIMIT $1
            """
        case .answer:
            """
            SELECT person_requests.id, cases.number, 'pension', 'request-answered', kind, answered_at, NULL,
                answer_order.id
            FROM answer_order JOIN person_requests ON person_requests.id = answer_order.request
                JOIN cases ON cases.id = person_requests.case_id
            WHERE answer_order.id > coalesce(
                (SELECT told FROM notice_cursor WHERE notice_cursor.name = 'telephone-answers'), 0)
            ORDER BY answer_order.id LIMIT $1
            """
        }
    }
}

extension SQLRow {
    /// The columns number of its own, case, branch, name, code, at, and when it was read.
    fileprivate func personNotice(_ source: PersonNotice.Source) throws(SQLFault) -> PersonNotice {
        PersonNotice(
            number: try caseNumber(1), place: .init(source, try integer(0)),
            notice: StoredNotice(
                branch: try word(2, as: Branch.self), name: try text(3), code: try optionalText(4),
                at: try instant(5)),
            readAt: isNull(6) ? nil : try instant(6))
    }
}
