extension SchemaText {
    /// Accounts of people who log in to the pages, their tries, the steps of second factors that were used, and the
    /// trail of what was done with accounts. Passwords are kept as scrypt hashes, seeds sealed, and secrets as digests.
    ///
    /// What an account was made as never changes, and an account never goes: a name in a history is one person's for ever.
    static let version9 = """
        CREATE TABLE accounts (
            name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
            display_name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (
                kind IN ('employer', 'staff', 'auditor', 'system-administrator', 'security-officer')),
            person TEXT,
            unit TEXT,
            owner TEXT,
            duties TEXT,
            state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
            version BIGINT NOT NULL CHECK (version >= 1),
            generation BIGINT NOT NULL CHECK (generation >= 1),
            password TEXT,
            password_set_at BIGINT,
            earlier_passwords TEXT NOT NULL,
            seed BYTEA,
            invitation BYTEA CHECK (length(invitation) = 32),
            invitation_ends_at BIGINT,
            created_at BIGINT NOT NULL,
            CHECK ((kind = 'employer') = (person IS NULL)),
            CHECK ((kind = 'employer') = (unit IS NOT NULL)),
            CHECK ((kind = 'employer') = (owner IS NOT NULL)),
            CHECK ((kind = 'staff') = (duties IS NOT NULL)),
            CHECK ((password IS NULL) = (password_set_at IS NULL)),
            CHECK ((invitation IS NULL) = (invitation_ends_at IS NULL)),
            CHECK (state <> 'active' OR (password IS NOT NULL AND seed IS NOT NULL))
        ){table};
        CREATE INDEX accounts_person ON accounts (person) WHERE person IS NOT NULL;
        {frozen:accounts:name, display_name, kind, person, unit, owner, created_at}

        CREATE TABLE login_tries (
            subject TEXT PRIMARY KEY,
            tries BIGINT NOT NULL CHECK (tries >= 0),
            last_at BIGINT NOT NULL,
            locked_until BIGINT
        ){clustered};
        CREATE INDEX login_tries_old ON login_tries (last_at);

        CREATE TABLE used_steps (
            account TEXT NOT NULL REFERENCES accounts (name),
            step BIGINT NOT NULL,
            PRIMARY KEY (account, step)
        ){clustered};

        CREATE TABLE account_audit (
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
            result TEXT NOT NULL CHECK (result IN ('done', 'refused')),
            reason TEXT NOT NULL,
            previous BYTEA NOT NULL CHECK (length(previous) = 32),
            digest BYTEA NOT NULL CHECK (length(digest) = 32)
        ){table};
        {append-only:account_audit}
        """
}
