extension SchemaText {
    /// What employers leave before it is a case, and the orders in which cases are listed.
    ///
    /// Drafts and files hold what people have entered, and are deleted when they lapse. Which cases a batch became stays.
    static let version11 = """
        CREATE TABLE drafts (
            owner TEXT NOT NULL,
            id TEXT NOT NULL CHECK (length(id) = 32),
            bytes BYTEA NOT NULL CHECK (length(bytes) <= 16384),
            begun_at BIGINT NOT NULL,
            changed_at BIGINT NOT NULL,
            PRIMARY KEY (owner, id)
        ){clustered};
        CREATE INDEX drafts_old ON drafts (changed_at);

        CREATE TABLE batches (
            id TEXT PRIMARY KEY CHECK (length(id) = 32),
            owner TEXT NOT NULL,
            employer TEXT NOT NULL,
            credit_code TEXT NOT NULL,
            at BIGINT NOT NULL,
            is_being_sent BIGINT NOT NULL DEFAULT 0 CHECK (is_being_sent IN (0, 1)),
            digest BYTEA CHECK (length(digest) = 32),
            size BIGINT NOT NULL,
            bytes BYTEA,
            CHECK ((bytes IS NULL) = (digest IS NULL)),
            CHECK (bytes IS NOT NULL OR is_being_sent = 0)
        ){table};
        CREATE UNIQUE INDEX batches_same ON batches (owner, digest) WHERE digest IS NOT NULL;
        CREATE INDEX batches_there ON batches (owner, at, size) WHERE digest IS NOT NULL;
        {frozen:batches:id, owner, employer, credit_code, at, size}

        CREATE TABLE batch_rows (
            batch TEXT NOT NULL REFERENCES batches (id),
            place BIGINT NOT NULL CHECK (place >= 1),
            state TEXT NOT NULL CHECK (state IN ('left-out', 'taken', 'lodged', 'refused')),
            case_number TEXT,
            why_chinese TEXT,
            why_english TEXT,
            PRIMARY KEY (batch, place),
            CHECK ((state = 'lodged') = (case_number IS NOT NULL)),
            CHECK ((state = 'refused') = (why_chinese IS NOT NULL)),
            CHECK ((why_chinese IS NULL) = (why_english IS NULL))
        ){clustered};

        CREATE INDEX cases_unit ON cases (lodged_by, is_terminal, number) WHERE lodged_by IS NOT NULL;
        CREATE INDEX cases_applicant ON cases (number) WHERE is_terminal = 0 AND holder = 'applicant';
        CREATE INDEX alerts_reminded ON alerts (case_id, at) WHERE name = 'reminded';
        CREATE INDEX cases_worklist ON cases (due, number) WHERE is_terminal = 0 AND due IS NOT NULL;
        """
}
