extension SchemaText {
    /// Whom the node believes: the directories and the lists of revoked certificates that were in force, what peers say of
    /// their directory, alarms about keys, and documents that were signed again because their key was revoked.
    static let version8 = """
        CREATE TABLE directories (
            version BIGINT PRIMARY KEY CHECK (version >= 1),
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            bytes BYTEA NOT NULL,
            taken_at BIGINT NOT NULL
        ){table};
        {append-only:directories}

        CREATE TABLE revocation_lists (
            id BIGINT PRIMARY KEY,
            root BYTEA NOT NULL CHECK (length(root) = 32),
            number BIGINT NOT NULL CHECK (number >= 0),
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            bytes BYTEA NOT NULL,
            taken_at BIGINT NOT NULL,
            UNIQUE (root, number)
        ){table};
        {append-only:revocation_lists}

        CREATE TABLE peer_directories (
            peer TEXT PRIMARY KEY CHECK (length(peer) = 6),
            version BIGINT NOT NULL CHECK (version >= 1),
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            as_of BIGINT NOT NULL,
            statement BYTEA NOT NULL
        ){table};

        CREATE TABLE trust_alarms (
            id BIGINT PRIMARY KEY,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            held BYTEA CHECK (held IS NULL OR length(held) = 32),
            shown BYTEA CHECK (shown IS NULL OR length(shown) = 32),
            raised_at BIGINT NOT NULL,
            cleared_at BIGINT
        ){table};
        CREATE UNIQUE INDEX trust_alarms_open ON trust_alarms (kind, subject) WHERE cleared_at IS NULL;
        {frozen:trust_alarms:kind, subject, raised_at}

        CREATE TABLE renewed_signatures (
            id BIGINT PRIMARY KEY,
            document BIGINT NOT NULL REFERENCES documents (position),
            signed_at BIGINT NOT NULL,
            bytes BYTEA NOT NULL
        ){table};
        CREATE INDEX renewed_signatures_document ON renewed_signatures (document, id);
        {append-only:renewed_signatures}

        CREATE VIEW signed_documents AS
            SELECT position AS document, coalesce(
                (SELECT renewed.bytes FROM renewed_signatures renewed
                    WHERE renewed.document = position ORDER BY renewed.id DESC LIMIT 1),
                bytes) AS bytes
            FROM documents;
        """
}
