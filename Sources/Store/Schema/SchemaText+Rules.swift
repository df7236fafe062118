extension SchemaText {
    /// The imported tables of the rules, each version as it came.
    static let version2 = """
        CREATE TABLE rule_tables (
            id BIGINT PRIMARY KEY,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            imported_at BIGINT NOT NULL,
            imported_by TEXT NOT NULL,
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            bytes BYTEA NOT NULL,
            UNIQUE (name, version)
        ){table};
        {append-only:rule_tables}
        """
}
