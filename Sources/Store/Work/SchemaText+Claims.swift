extension SchemaText {
    /// The claims that end when nothing is done about them: who sees to a case because they have taken it, and since when
    /// nothing was done. Who sees to a case at all is said by assignments; this is what the round looks through.
    static let version16 = """
        CREATE TABLE claims (
            case_id BIGINT PRIMARY KEY REFERENCES cases (id),
            person TEXT NOT NULL,
            at BIGINT NOT NULL
        ){table};
        CREATE INDEX claims_idle ON claims (at);
        INSERT INTO claims (case_id, person, at)
            SELECT case_id, person, at FROM assignments
            WHERE person = assigned_by
                AND id = (SELECT max(id) FROM assignments AS newest WHERE newest.case_id = assignments.case_id);
        """
}
