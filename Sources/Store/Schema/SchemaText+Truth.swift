extension SchemaText {
    /// Attempts to deliver, statements of common cases exchanged with other agencies, and where the books differ.
    ///
    /// Of the attempts of one document the first thousand are rows; the newest stands in the outbox. The agency with which
    /// this one has a case is not a column of its own, since it follows from the role: an index says it.
    static let version3 = """
        CREATE TABLE delivery_attempts (
            document BIGINT NOT NULL REFERENCES documents (position),
            attempt BIGINT NOT NULL CHECK (attempt BETWEEN 1 AND 1000),
            at BIGINT NOT NULL,
            code TEXT NOT NULL,
            PRIMARY KEY (document, attempt)
        ){clustered};
        {append-only:delivery_attempts}

        ALTER TABLE outbox ADD COLUMN last_failed_at BIGINT;
        ALTER TABLE outbox ADD COLUMN last_code TEXT;

        CREATE INDEX cases_counterparty ON cases
            ((CASE role WHEN 'destination' THEN origin ELSE destination END), number);

        CREATE TABLE digest_serials (
            peer TEXT PRIMARY KEY CHECK (length(peer) = 6),
            next BIGINT NOT NULL CHECK (next >= 1)
        ){clustered};

        CREATE TABLE state_digests (
            id BIGINT PRIMARY KEY,
            peer TEXT NOT NULL CHECK (length(peer) = 6),
            is_own BIGINT NOT NULL CHECK (is_own IN (0, 1)),
            serial BIGINT NOT NULL CHECK (serial >= 1),
            at BIGINT NOT NULL,
            bytes BYTEA NOT NULL,
            UNIQUE (peer, is_own, serial)
        ){table};
        CREATE INDEX state_digests_recent ON state_digests (peer, is_own, at);
        {append-only:state_digests}

        CREATE TABLE digest_comparisons (
            id BIGINT PRIMARY KEY,
            peer TEXT NOT NULL CHECK (length(peer) = 6),
            after_case TEXT,
            through_case TEXT,
            differences BIGINT NOT NULL CHECK (differences >= 0),
            at BIGINT NOT NULL
        ){table};
        CREATE INDEX digest_comparisons_last ON digest_comparisons (peer, at) WHERE through_case IS NULL;
        {append-only:digest_comparisons}

        CREATE TABLE digest_differences (
            id BIGINT PRIMARY KEY,
            peer TEXT NOT NULL CHECK (length(peer) = 6),
            case_number TEXT NOT NULL,
            kind TEXT NOT NULL
                CHECK (kind IN ('missing-here', 'missing-there', 'state', 'last-document', 'amount')),
            here TEXT NOT NULL,
            there TEXT NOT NULL,
            first_seen BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            cleared_at BIGINT
        ){table};
        CREATE UNIQUE INDEX digest_differences_open ON digest_differences (peer, case_number, kind)
            WHERE cleared_at IS NULL;
        {frozen:digest_differences:peer, case_number, kind, first_seen}
        """
}
