extension SchemaText {
    /// Which events and answers insured persons have read, and in which order answers were given, so that each is told
    /// once by a text. What happened before is read, and is never told by one.
    static let version15 = """
        CREATE TABLE tidings_read (
            case_id BIGINT NOT NULL REFERENCES cases (id),
            source TEXT NOT NULL CHECK (source IN ('event', 'answer')),
            place BIGINT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (case_id, source, place)
        ){clustered};

        CREATE TABLE answer_order (
            id BIGINT PRIMARY KEY,
            request BIGINT NOT NULL UNIQUE REFERENCES person_requests (id)
        ){table};

        INSERT INTO notice_cursor (name, told)
        SELECT 'telephone-events', position FROM audit_leaves ORDER BY position DESC LIMIT 1;
        INSERT INTO notice_cursor (name, told)
        SELECT 'events-before', events.at
        FROM audit_leaves JOIN events ON events.case_id = audit_leaves.case_id
            AND events.sequence = audit_leaves.subject
        WHERE audit_leaves.kind = 'event' ORDER BY position DESC LIMIT 1;
        """
}
