extension SchemaText {
    /// The tree over the audit leaves: complete subtrees, so that a head costs no reading of the whole log; our own heads,
    /// those of other agencies, and evidence of histories that do not agree with themselves.
    ///
    /// The table of leaves is made anew because the kinds that it allows have grown.
    static let version6 = """
        CREATE TABLE audit_leaves_next (
            position BIGINT PRIMARY KEY CHECK (position >= 0),
            kind TEXT NOT NULL CHECK (kind IN
                ('event', 'document', 'receipt', 'posting', 'refusal', 'key', 'directory', 'loss')),
            case_id BIGINT REFERENCES cases (id),
            subject BIGINT NOT NULL,
            hash BYTEA NOT NULL CHECK (length(hash) = 32)
        ){table};
        INSERT INTO audit_leaves_next (position, kind, case_id, subject, hash)
            SELECT position, kind, case_id, subject, hash FROM audit_leaves ORDER BY position;
        DROP TABLE audit_leaves;
        ALTER TABLE audit_leaves_next RENAME TO audit_leaves;
        {append-only:audit_leaves}

        CREATE TABLE log_notes (
            id BIGINT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('key', 'directory', 'loss')),
            at BIGINT NOT NULL,
            number BIGINT,
            digest BYTEA CHECK (digest IS NULL OR length(digest) = 32),
            reason TEXT,
            CHECK ((kind = 'key') = (number IS NULL)),
            CHECK ((kind = 'loss') = (digest IS NULL)),
            CHECK ((kind = 'loss') = (reason IS NOT NULL))
        ){table};
        {append-only:log_notes}

        CREATE TABLE log_subtrees (
            level BIGINT NOT NULL CHECK (level > 0 AND level % 8 = 0),
            place BIGINT NOT NULL CHECK (place >= 0),
            hash BYTEA NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (level, place)
        ){clustered};
        {append-only:log_subtrees}

        CREATE TABLE own_heads (
            epoch BIGINT NOT NULL CHECK (epoch >= 1),
            size BIGINT NOT NULL CHECK (size >= 1),
            root BYTEA NOT NULL CHECK (length(root) = 32),
            at BIGINT NOT NULL,
            bytes BYTEA NOT NULL,
            PRIMARY KEY (epoch, size)
        ){clustered};
        {append-only:own_heads}

        CREATE TABLE missing_heads (
            id BIGINT PRIMARY KEY,
            epoch BIGINT NOT NULL,
            size BIGINT NOT NULL,
            root BYTEA NOT NULL,
            at BIGINT NOT NULL,
            bytes BYTEA NOT NULL,
            shown_by TEXT NOT NULL CHECK (length(shown_by) = 6),
            shown_at BIGINT NOT NULL,
            UNIQUE (epoch, size, root)
        ){table};
        {append-only:missing_heads}

        CREATE TABLE peer_heads (
            id BIGINT PRIMARY KEY,
            agency TEXT NOT NULL CHECK (length(agency) = 6),
            epoch BIGINT NOT NULL,
            size BIGINT NOT NULL,
            root BYTEA NOT NULL CHECK (length(root) = 32),
            at BIGINT NOT NULL,
            bytes BYTEA NOT NULL,
            after_epoch BIGINT,
            after_size BIGINT,
            proof BYTEA NOT NULL CHECK (length(proof) % 32 = 0),
            taken_at BIGINT NOT NULL,
            UNIQUE (agency, epoch, size)
        ){table};
        {append-only:peer_heads}

        CREATE TABLE shown_heads (
            id BIGINT PRIMARY KEY,
            agency TEXT NOT NULL CHECK (length(agency) = 6),
            epoch BIGINT NOT NULL,
            size BIGINT NOT NULL,
            root BYTEA NOT NULL CHECK (length(root) = 32),
            at BIGINT NOT NULL,
            bytes BYTEA NOT NULL,
            shown_by TEXT NOT NULL CHECK (length(shown_by) = 6),
            shown_at BIGINT NOT NULL,
            settled_at BIGINT,
            UNIQUE (agency, epoch, size, root)
        ){table};
        CREATE INDEX shown_heads_open ON shown_heads (agency, id) WHERE settled_at IS NULL;
        {frozen:shown_heads:agency, epoch, size, root, at, bytes, shown_by, shown_at}

        CREATE TABLE head_conflicts (
            id BIGINT PRIMARY KEY,
            agency TEXT NOT NULL CHECK (length(agency) = 6),
            kind TEXT NOT NULL
                CHECK (kind IN ('smaller', 'other-root', 'inconsistent', 'older-epoch', 'restarted', 'forked')),
            shown BYTEA NOT NULL,
            held BYTEA NOT NULL,
            proof BYTEA NOT NULL CHECK (length(proof) % 32 = 0),
            shown_by TEXT NOT NULL CHECK (length(shown_by) = 6),
            at BIGINT NOT NULL,
            UNIQUE (kind, shown, held)
        ){table};
        {append-only:head_conflicts}
        """
}
