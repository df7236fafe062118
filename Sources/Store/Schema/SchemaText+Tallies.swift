extension SchemaText {
    /// How many cases were opened and have ended, week by week, counted as they are written: who asks for it does not read
    /// all cases there ever were. `week` is that of ``CaseTally``; `days` are those that its cases took, `events` their events.
    ///
    /// Live cases are counted by an index that holds them only; that of all cases by phase was of no other use, and each step
    /// wrote to it.
    static let version18 = """
        CREATE TABLE opened_cases (
            week BIGINT PRIMARY KEY,
            cases BIGINT NOT NULL
        ){table};
        CREATE TABLE ended_cases (
            week BIGINT NOT NULL,
            phase TEXT NOT NULL,
            cases BIGINT NOT NULL,
            days BIGINT NOT NULL,
            events BIGINT NOT NULL,
            PRIMARY KEY (week, phase)
        ){clustered};
        \(countingCases)
        DROP INDEX cases_phase;
        CREATE INDEX cases_stage ON cases (phase, version) WHERE is_terminal = 0;
        """

    /// Counts all cases into tables that are empty.
    static let countingCases = """
        INSERT INTO opened_cases (week, cases)
            SELECT (opened_at - 316800000) / 604800000, count(*) FROM cases GROUP BY 1;
        INSERT INTO ended_cases (week, phase, cases, days, events)
            SELECT (since - 316800000) / 604800000, phase, count(*), sum((since - opened_at) / 86400000), sum(version)
            FROM cases WHERE is_terminal = 1 GROUP BY 1, 2;
        """

    /// Ended cases of one phase are found in their order, however many there are of the others.
    static let version19 = """
        CREATE INDEX cases_ended ON cases (phase, number) WHERE is_terminal = 1;
        """
}
