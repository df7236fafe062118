extension SchemaText {
    /// Accounts whose card was reported lost: nothing is paid to them, whoever orders it.
    ///
    /// Source: Shanghai's guide on lost cards, in the domain handbook (S:001/LOST).
    static let version5 = """
        CREATE TABLE lost_accounts (
            account TEXT PRIMARY KEY,
            reported_at BIGINT NOT NULL,
            reported_by TEXT NOT NULL
        ){table};
        {append-only:lost_accounts}
        """
}
