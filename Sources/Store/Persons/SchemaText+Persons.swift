extension SchemaText {
    /// What insured persons and those with a paper in hand need: one-time codes as digests, telephones that a clerk has
    /// noted, which notices were read and which were told, what people ask of the office, the check codes of papers, and
    /// what people let others see, again with digests of codes only.
    ///
    /// What was noticed before there were texts is never told by one.
    static let version10 = """
        CREATE TABLE person_codes (
            ticket BYTEA PRIMARY KEY CHECK (length(ticket) = 32),
            case_number TEXT,
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            made_at BIGINT NOT NULL,
            ends_at BIGINT NOT NULL,
            tries_left BIGINT NOT NULL CHECK (tries_left >= 0)
        ){clustered};
        CREATE INDEX person_codes_case ON person_codes (case_number, made_at) WHERE case_number IS NOT NULL;
        CREATE INDEX person_codes_old ON person_codes (made_at);

        CREATE TABLE person_contacts (
            resident_id TEXT PRIMARY KEY CHECK (length(resident_id) = 18),
            mobile TEXT NOT NULL,
            kept_by TEXT NOT NULL,
            at BIGINT NOT NULL
        ){clustered};

        CREATE TABLE notice_reads (
            notice_id BIGINT PRIMARY KEY REFERENCES notices (id),
            at BIGINT NOT NULL
        ){table};

        CREATE TABLE notice_cursor (
            name TEXT PRIMARY KEY,
            told BIGINT NOT NULL
        ){clustered};
        INSERT INTO notice_cursor (name, told) SELECT 'telephone', coalesce(max(id), 0) FROM notices;

        CREATE TABLE person_requests (
            id BIGINT PRIMARY KEY,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            kind TEXT NOT NULL CHECK (kind IN ('objection', 'urging', 'withdrawal')),
            subject TEXT NOT NULL,
            reason TEXT NOT NULL,
            words TEXT NOT NULL,
            at BIGINT NOT NULL,
            answer TEXT,
            answered_by TEXT,
            answered_at BIGINT,
            CHECK ((answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL))
        ){table};
        CREATE INDEX person_requests_case ON person_requests (case_id);
        CREATE INDEX person_requests_open ON person_requests (id) WHERE answer IS NULL AND kind <> 'withdrawal';
        {frozen:person_requests:case_id, kind, subject, reason, words, at}

        CREATE TABLE check_codes (
            code TEXT PRIMARY KEY CHECK (length(code) = 13),
            document BIGINT NOT NULL UNIQUE REFERENCES documents (position),
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            made_at BIGINT NOT NULL
        ){clustered};
        {append-only:check_codes}

        CREATE TABLE person_grants (
            id BIGINT PRIMARY KEY,
            digest BYTEA NOT NULL UNIQUE CHECK (length(digest) = 32),
            case_id BIGINT NOT NULL REFERENCES cases (id),
            scopes TEXT NOT NULL,
            made_at BIGINT NOT NULL,
            ends_at BIGINT NOT NULL,
            uses BIGINT NOT NULL CHECK (uses >= 1),
            used BIGINT NOT NULL CHECK (used BETWEEN 0 AND uses),
            revoked_at BIGINT
        ){table};
        CREATE INDEX person_grants_case ON person_grants (case_id);
        {frozen:person_grants:digest, case_id, scopes, made_at, ends_at, uses}

        CREATE TABLE grant_uses (
            id BIGINT PRIMARY KEY,
            grant_id BIGINT NOT NULL REFERENCES person_grants (id),
            who TEXT NOT NULL,
            source TEXT NOT NULL,
            at BIGINT NOT NULL
        ){table};
        CREATE INDEX grant_uses_grant ON grant_uses (grant_id);
        {append-only:grant_uses}
        """
}
