extension SchemaText {
    /// What a statement does over and over is done once less.
    ///
    /// The kinds of a leaf are compared one by one, the most frequent first: for a list of more than two values SQLite makes a
    /// table in memory whenever the statement runs, which took longer than all else that it did. And live cases are in order by
    /// their due day with those that have none, so that a list in this order reads no further than its page.
    static let version20 = """
        CREATE TABLE audit_leaves_next (
            position BIGINT PRIMARY KEY CHECK (position >= 0),
            kind TEXT NOT NULL CHECK (
                kind = 'event' OR kind = 'document' OR kind = 'receipt' OR kind = 'posting' OR kind = 'refusal'
                OR kind = 'key' OR kind = 'directory' OR kind = 'loss' OR kind = 'settings' OR kind = 'proposal'
                OR kind = 'verdict' OR kind = 'rules' OR kind = 'acknowledgement' OR kind = 'recovered'),
            case_id BIGINT REFERENCES cases (id),
            subject BIGINT NOT NULL,
            hash BYTEA NOT NULL CHECK (length(hash) = 32)
        ){table};
        INSERT INTO audit_leaves_next (position, kind, case_id, subject, hash)
            SELECT position, kind, case_id, subject, hash FROM audit_leaves ORDER BY position;
        DROP TABLE audit_leaves;
        ALTER TABLE audit_leaves_next RENAME TO audit_leaves;
        {append-only:audit_leaves}

        DROP INDEX cases_worklist;
        CREATE INDEX cases_worklist ON cases (due, number) WHERE is_terminal = 0;
        """
}
