extension SchemaText {
    /// Where owners of cases are told of changes, and what they are told. A secret is kept as a digest only. Messages go
    /// when they have ended long ago, and webhooks when their owners remove them; nothing personal stands in a message.
    static let version13 = """
        CREATE TABLE webhooks (
            id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            url TEXT NOT NULL,
            generation BIGINT NOT NULL CHECK (generation >= 1),
            secret_digest BYTEA NOT NULL CHECK (length(secret_digest) = 32),
            earlier_until BIGINT,
            state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'removed')),
            stop TEXT,
            stopped_at BIGINT,
            waiting BIGINT NOT NULL CHECK (waiting >= 0),
            created_at BIGINT NOT NULL,
            CHECK ((state = 'disabled') = (stop IS NOT NULL)),
            CHECK ((stop IS NULL) = (stopped_at IS NULL))
        ){table};
        CREATE INDEX webhooks_owner ON webhooks (owner);

        CREATE TABLE webhook_messages (
            number BIGINT PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            webhook TEXT NOT NULL REFERENCES webhooks (id),
            case_number TEXT NOT NULL,
            version BIGINT NOT NULL CHECK (version >= 1),
            payload BYTEA NOT NULL,
            made_at BIGINT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
            attempts BIGINT NOT NULL CHECK (attempts >= 0),
            place BIGINT NOT NULL CHECK (place >= 0),
            due_at BIGINT,
            last_at BIGINT,
            last_status BIGINT,
            last_fault TEXT,
            ended_at BIGINT,
            CHECK ((state = 'waiting') = (due_at IS NOT NULL)),
            CHECK ((state = 'waiting') = (ended_at IS NULL)),
            CHECK (last_status IS NULL OR last_fault IS NULL)
        ){table};
        CREATE INDEX webhook_messages_all ON webhook_messages (webhook, number);
        CREATE INDEX webhook_messages_waiting ON webhook_messages (webhook, number) WHERE state = 'waiting';
        CREATE INDEX webhook_messages_ended ON webhook_messages (ended_at) WHERE ended_at IS NOT NULL;
        """
}
