extension SchemaText {
    /// The trail with rows that are written before what they tell of is tried, and with what finding rows needs; keys with
    /// which accounts log in besides passwords; and accounts that one person asks for and another decides on.
    ///
    /// The rows of the trail are carried over as they are: their digests do not change.
    static let version12 = """
        CREATE TABLE account_audit_next (
            number BIGINT PRIMARY KEY CHECK (number >= 1),
            at BIGINT NOT NULL,
            who TEXT NOT NULL,
            person TEXT,
            role TEXT NOT NULL,
            method TEXT NOT NULL,
            source TEXT NOT NULL,
            request TEXT NOT NULL,
            action TEXT NOT NULL,
            object TEXT NOT NULL,
            result TEXT NOT NULL CHECK (result IN ('done', 'refused', 'begun')),
            reason TEXT NOT NULL,
            previous BYTEA NOT NULL CHECK (length(previous) = 32),
            digest BYTEA NOT NULL CHECK (length(digest) = 32)
        ){table};
        INSERT INTO account_audit_next SELECT number, at, who, person, role, method, source, request, action, object,
            result, reason, previous, digest FROM account_audit;
        DROP TABLE account_audit;
        ALTER TABLE account_audit_next RENAME TO account_audit;
        CREATE INDEX account_audit_who ON account_audit (who, number);
        CREATE INDEX account_audit_object ON account_audit (object, number) WHERE object <> '';
        CREATE INDEX account_audit_at ON account_audit (at);
        {append-only:account_audit}

        CREATE TABLE login_keys (
            id BIGINT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (name),
            kind TEXT NOT NULL CHECK (kind IN ('certificate', 'security-key')),
            subject BYTEA NOT NULL CHECK (length(subject) BETWEEN 16 AND 1023),
            public_key BYTEA NOT NULL CHECK (length(public_key) BETWEEN 32 AND 2048),
            label TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
            added_at BIGINT NOT NULL,
            counter BIGINT NOT NULL CHECK (counter >= 0),
            used_at BIGINT,
            removed_at BIGINT
        ){table};
        CREATE UNIQUE INDEX login_keys_subject ON login_keys (kind, subject) WHERE removed_at IS NULL;
        CREATE INDEX login_keys_account ON login_keys (account) WHERE removed_at IS NULL;
        {frozen:login_keys:account, kind, subject, public_key, label, added_at}

        CREATE TABLE account_requests (
            id BIGINT PRIMARY KEY,
            work TEXT NOT NULL CHECK (work IN ('add', 'duties')),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
            display_name TEXT NOT NULL,
            kind TEXT NOT NULL,
            person TEXT,
            unit TEXT,
            owner TEXT,
            duties TEXT,
            maker TEXT NOT NULL,
            maker_person TEXT NOT NULL,
            at BIGINT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined')),
            checker TEXT,
            checker_person TEXT CHECK (checker_person <> maker_person),
            decided_at BIGINT,
            CHECK ((state = 'open') = (checker IS NULL)),
            CHECK ((state = 'open') = (checker_person IS NULL)),
            CHECK ((state = 'open') = (decided_at IS NULL))
        ){table};
        CREATE UNIQUE INDEX account_requests_open ON account_requests (name) WHERE state = 'open';
        {frozen:account_requests:work, name, display_name, kind, person, unit, owner, duties, maker, maker_person, at}
        """
}
