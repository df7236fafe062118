extension SchemaText {
    /// The instances that serve one database, each with the epoch of its start; and what they do in the background, with
    /// the epoch of whoever does it; and the digests of the keys that all of them have to have. Moments are those of the database's clock, in milliseconds since 1970. A node that
    /// serves alone leaves all of it empty.
    static let version17 = """
        CREATE TABLE instances (
            name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
            epoch BIGINT NOT NULL UNIQUE CHECK (epoch >= 1),
            since BIGINT NOT NULL,
            until BIGINT NOT NULL,
            serves BIGINT NOT NULL DEFAULT 0 CHECK (serves IN (0, 1)),
            address TEXT NOT NULL,
            version TEXT NOT NULL,
            ended TEXT CHECK (ended IN ('left', 'expired')),
            ended_at BIGINT,
            CHECK ((ended IS NULL) = (ended_at IS NULL))
        ){clustered};

        CREATE TABLE duties (
            name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
            epoch BIGINT NOT NULL CHECK (epoch >= 0),
            holder TEXT REFERENCES instances (name),
            since BIGINT NOT NULL
        ){clustered};

        CREATE TABLE shared_keys (
            name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
            digest BYTEA NOT NULL CHECK (length(digest) = 32)
        ){clustered};
        """
}
