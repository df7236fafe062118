extension SchemaText {
    /// A letter that would open a case is compared with what its sender has had refused under that number.
    static let version14 = """
        CREATE INDEX refused_by_case ON refused (case_number) WHERE case_number IS NOT NULL;
        """
}
