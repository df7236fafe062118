extension SchemaText {
    /// More kinds of leaves (what people propose and decide, tables of the rules, settings, alarms that were acknowledged,
    /// what was brought back), time-stamps over heads, which of our heads others hold, and who has acknowledged an alarm.
    ///
    /// Rows of the new kinds that stand here already have no leaf: `leaves_since` says from which row on there is one.
    static let version7 = """
        CREATE TABLE audit_leaves_next (
            position BIGINT PRIMARY KEY CHECK (position >= 0),
            kind TEXT NOT NULL CHECK (kind IN
                ('event', 'document', 'receipt', 'posting', 'refusal', 'key', 'directory', 'loss', 'settings',
                 'proposal', 'verdict', 'rules', 'acknowledgement', 'recovered')),
            case_id BIGINT REFERENCES cases (id),
            subject BIGINT NOT NULL,
            hash BYTEA NOT NULL CHECK (length(hash) = 32)
        ){table};
        INSERT INTO audit_leaves_next (position, kind, case_id, subject, hash)
            SELECT position, kind, case_id, subject, hash FROM audit_leaves ORDER BY position;
        DROP TABLE audit_leaves;
        ALTER TABLE audit_leaves_next RENAME TO audit_leaves;
        {append-only:audit_leaves}

        CREATE TABLE log_notes_next (
            id BIGINT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('key', 'directory', 'loss', 'settings')),
            at BIGINT NOT NULL,
            number BIGINT,
            digest BYTEA CHECK (digest IS NULL OR length(digest) = 32),
            reason TEXT,
            CHECK ((kind IN ('key', 'settings')) = (number IS NULL)),
            CHECK ((kind = 'loss') = (digest IS NULL)),
            CHECK ((kind = 'loss') = (reason IS NOT NULL))
        ){table};
        INSERT INTO log_notes_next (id, kind, at, number, digest, reason)
            SELECT id, kind, at, number, digest, reason FROM log_notes ORDER BY id;
        DROP TABLE log_notes;
        ALTER TABLE log_notes_next RENAME TO log_notes;
        {append-only:log_notes}

        CREATE TABLE leaves_since (
            kind TEXT PRIMARY KEY,
            last_without BIGINT NOT NULL
        ){clustered};
        INSERT INTO leaves_since (kind, last_without) SELECT 'proposal', coalesce(max(id), 0) FROM proposals;
        INSERT INTO leaves_since (kind, last_without)
            SELECT 'verdict', coalesce(max(proposal), 0) FROM proposal_verdicts;
        INSERT INTO leaves_since (kind, last_without) SELECT 'rules', coalesce(max(id), 0) FROM rule_tables;
        {append-only:leaves_since}

        CREATE TABLE tree_stamps (
            id BIGINT PRIMARY KEY,
            epoch BIGINT NOT NULL,
            size BIGINT NOT NULL,
            authority TEXT NOT NULL,
            token BYTEA NOT NULL,
            chain BYTEA NOT NULL,
            at BIGINT NOT NULL,
            taken_at BIGINT NOT NULL,
            UNIQUE (epoch, size, authority)
        ){table};
        {append-only:tree_stamps}

        CREATE TABLE heads_held (
            agency TEXT PRIMARY KEY CHECK (length(agency) = 6),
            epoch BIGINT NOT NULL,
            size BIGINT NOT NULL,
            at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL
        ){clustered};

        CREATE TABLE alarm_acknowledgements (
            id BIGINT PRIMARY KEY,
            conflict BIGINT NOT NULL REFERENCES head_conflicts (id),
            person TEXT NOT NULL,
            account TEXT NOT NULL,
            reason TEXT NOT NULL,
            at BIGINT NOT NULL,
            UNIQUE (conflict, person)
        ){table};
        {append-only:alarm_acknowledgements}

        CREATE TABLE recovered_documents (
            id BIGINT PRIMARY KEY,
            epoch BIGINT NOT NULL,
            case_number TEXT NOT NULL,
            sender TEXT NOT NULL CHECK (length(sender) = 6),
            sequence BIGINT NOT NULL CHECK (sequence >= 1),
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            bytes BYTEA NOT NULL,
            receipt BYTEA,
            at BIGINT NOT NULL,
            UNIQUE (case_number, sender, sequence, digest)
        ){table};
        {append-only:recovered_documents}
        """
}
