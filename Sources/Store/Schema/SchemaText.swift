/// The tables, written once. What the databases spell differently is filled in by ``SQLDialect``: `BYTEA` and `BIGINT`
/// are the words of PostgreSQL, `{table}` ends the definition of a table, `{clustered}` that of one that is kept in the
/// order of its key, `{append-only:NAME}` forbids to change or to delete the rows of a table, and
/// `{frozen:NAME:COLUMNS}` to change some columns or to delete a row.
///
/// Moments are milliseconds since 1970, days are days since 1970-01-01, months are those of `CalendarMonth.index`,
/// amounts are fen, truth values are 0 and 1, digests are the 32 bytes of SHA-256.
enum SchemaText {
    /// Identity numbers are in the clear: the file can be read by its owner only.
    static let version1 = """
        CREATE TABLE cases (
            id BIGINT PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL CHECK (role IN ('destination', 'origin')),
            origin TEXT NOT NULL CHECK (length(origin) = 6),
            destination TEXT NOT NULL CHECK (length(destination) = 6),
            resident_id TEXT NOT NULL CHECK (length(resident_id) = 18),
            payouts TEXT NOT NULL,
            opened_at BIGINT NOT NULL,
            lodged_by TEXT,
            version BIGINT NOT NULL CHECK (version >= 0),
            phase TEXT NOT NULL,
            holder TEXT NOT NULL,
            since BIGINT NOT NULL,
            due BIGINT,
            is_due_provisional BIGINT NOT NULL CHECK (is_due_provisional IN (0, 1)),
            is_overdue_reported BIGINT NOT NULL CHECK (is_overdue_reported IN (0, 1)),
            is_terminal BIGINT NOT NULL CHECK (is_terminal IN (0, 1))
        ){table};
        CREATE UNIQUE INDEX cases_live ON cases (resident_id, origin, role) WHERE is_terminal = 0;
        CREATE INDEX cases_resident ON cases (resident_id);
        CREATE INDEX cases_due ON cases (due) WHERE due IS NOT NULL AND is_overdue_reported = 0;
        CREATE INDEX cases_phase ON cases (phase);
        {frozen:cases:number, role, origin, destination, resident_id, payouts, opened_at, lodged_by}

        CREATE TABLE applications (
            case_id BIGINT PRIMARY KEY REFERENCES cases (id),
            bytes BYTEA NOT NULL
        ){table};
        {append-only:applications}

        CREATE TABLE events (
            case_id BIGINT NOT NULL REFERENCES cases (id),
            sequence BIGINT NOT NULL CHECK (sequence >= 1),
            branch TEXT NOT NULL,
            name TEXT NOT NULL,
            code TEXT,
            at BIGINT NOT NULL,
            actor TEXT NOT NULL,
            cause TEXT,
            attachment BYTEA,
            PRIMARY KEY (case_id, sequence)
        ){clustered};
        {append-only:events}

        CREATE TABLE documents (
            position BIGINT PRIMARY KEY CHECK (position >= 1),
            case_id BIGINT NOT NULL REFERENCES cases (id),
            sender TEXT NOT NULL CHECK (length(sender) = 6),
            recipient TEXT NOT NULL CHECK (length(recipient) = 6),
            sequence BIGINT NOT NULL CHECK (sequence >= 1),
            kind TEXT NOT NULL,
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            at BIGINT NOT NULL,
            bytes BYTEA NOT NULL,
            UNIQUE (case_id, sender, sequence)
        ){table};
        {append-only:documents}

        CREATE TABLE receipts (
            document BIGINT PRIMARY KEY REFERENCES documents (position),
            is_refused BIGINT NOT NULL CHECK (is_refused IN (0, 1)),
            bytes BYTEA NOT NULL
        ){table};
        {append-only:receipts}

        CREATE TABLE outbox (
            document BIGINT PRIMARY KEY REFERENCES documents (position),
            recipient TEXT NOT NULL,
            queued_at BIGINT NOT NULL,
            attempts BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            last_error TEXT,
            delivered_at BIGINT
        ){table};
        CREATE INDEX outbox_waiting ON outbox (document) WHERE delivered_at IS NULL;

        CREATE TABLE refused (
            id BIGINT PRIMARY KEY,
            sender TEXT NOT NULL,
            case_number TEXT,
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            code TEXT NOT NULL,
            bytes BYTEA NOT NULL,
            receipt BYTEA,
            at BIGINT NOT NULL,
            UNIQUE (sender, digest)
        ){table};
        {append-only:refused}

        CREATE TABLE bank_lines (
            id BIGINT PRIMARY KEY,
            reference TEXT NOT NULL UNIQUE,
            case_id BIGINT REFERENCES cases (id),
            direction TEXT NOT NULL CHECK (direction IN ('credit', 'debit')),
            amount BIGINT NOT NULL CHECK (amount >= 0),
            end_to_end_key TEXT NOT NULL,
            booked_on BIGINT NOT NULL,
            return_reason TEXT,
            why TEXT,
            at BIGINT,
            CHECK ((case_id IS NULL) = (why IS NOT NULL)),
            CHECK ((why IS NULL) = (at IS NULL))
        ){table};
        CREATE INDEX bank_lines_case ON bank_lines (case_id) WHERE case_id IS NOT NULL;
        CREATE INDEX bank_lines_unmatched ON bank_lines (id) WHERE case_id IS NULL;
        {append-only:bank_lines}

        CREATE TABLE posting_groups (
            id BIGINT PRIMARY KEY CHECK (id >= 1),
            case_id BIGINT REFERENCES cases (id),
            case_version BIGINT,
            bank_reference TEXT REFERENCES bank_lines (reference),
            kind TEXT NOT NULL,
            CHECK ((case_id IS NULL) = (case_version IS NULL)),
            CHECK ((case_id IS NULL) <> (bank_reference IS NULL))
        ){table};
        CREATE INDEX posting_groups_case ON posting_groups (case_id) WHERE case_id IS NOT NULL;
        {append-only:posting_groups}

        CREATE TABLE posting_lines (
            group_id BIGINT NOT NULL REFERENCES posting_groups (id),
            line BIGINT NOT NULL CHECK (line >= 1),
            account TEXT NOT NULL,
            amount BIGINT NOT NULL CHECK (amount <> 0),
            PRIMARY KEY (group_id, line)
        ){clustered};
        {append-only:posting_lines}

        CREATE TABLE audit_leaves (
            position BIGINT PRIMARY KEY CHECK (position >= 0),
            kind TEXT NOT NULL CHECK (kind IN ('event', 'document', 'receipt', 'posting', 'refusal')),
            case_id BIGINT REFERENCES cases (id),
            subject BIGINT NOT NULL,
            hash BYTEA NOT NULL CHECK (length(hash) = 32)
        ){table};
        {append-only:audit_leaves}

        CREATE TABLE order_messages (
            id TEXT PRIMARY KEY,
            created_at BIGINT NOT NULL,
            written_at BIGINT
        ){table};
        CREATE INDEX order_messages_unwritten ON order_messages (created_at) WHERE written_at IS NULL;

        CREATE TABLE orders (
            id BIGINT PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            amount BIGINT NOT NULL CHECK (amount > 0),
            holder TEXT NOT NULL,
            bank_name TEXT NOT NULL,
            bank_code TEXT NOT NULL,
            account TEXT NOT NULL,
            message_id TEXT REFERENCES order_messages (id),
            outcome TEXT CHECK (outcome IN ('paid', 'bounced')),
            outcome_word TEXT,
            CHECK ((outcome IS NULL) = (outcome_word IS NULL))
        ){table};
        CREATE INDEX orders_case ON orders (case_id);
        CREATE INDEX orders_waiting ON orders (id) WHERE message_id IS NULL AND outcome IS NULL;
        CREATE INDEX orders_message ON orders (message_id) WHERE message_id IS NOT NULL;
        {frozen:orders:key, case_id, amount, holder, bank_name, bank_code, account}

        CREATE TABLE effects (
            id BIGINT PRIMARY KEY,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            kind TEXT NOT NULL,
            due_at BIGINT NOT NULL,
            attempts BIGINT NOT NULL DEFAULT 0,
            last_error TEXT,
            is_done BIGINT NOT NULL DEFAULT 0 CHECK (is_done IN (0, 1))
        ){table};
        CREATE INDEX effects_open ON effects (id) WHERE is_done = 0;

        CREATE TABLE notices (
            id BIGINT PRIMARY KEY,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            branch TEXT NOT NULL,
            name TEXT NOT NULL,
            code TEXT,
            at BIGINT NOT NULL
        ){table};
        CREATE INDEX notices_case ON notices (case_id);
        {append-only:notices}

        CREATE TABLE alerts (
            id BIGINT PRIMARY KEY,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            branch TEXT NOT NULL,
            name TEXT NOT NULL,
            at BIGINT NOT NULL
        ){table};
        {append-only:alerts}

        CREATE TABLE idempotent_answers (
            owner TEXT NOT NULL,
            key TEXT NOT NULL,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            body_digest BYTEA NOT NULL CHECK (length(body_digest) = 32),
            answer BYTEA NOT NULL,
            PRIMARY KEY (owner, key)
        ){clustered};

        CREATE TABLE serials (
            year BIGINT PRIMARY KEY,
            next BIGINT NOT NULL CHECK (next >= 1)
        ){table};

        CREATE TABLE persons (
            resident_id TEXT PRIMARY KEY CHECK (length(resident_id) = 18),
            name TEXT NOT NULL,
            household_province TEXT NOT NULL,
            relation TEXT NOT NULL,
            is_active BIGINT NOT NULL CHECK (is_active IN (0, 1)),
            is_deceased BIGINT NOT NULL CHECK (is_deceased IN (0, 1)),
            draws_pension BIGINT NOT NULL CHECK (draws_pension IN (0, 1)),
            has_legal_hold BIGINT NOT NULL CHECK (has_legal_hold IN (0, 1)),
            carried_year BIGINT,
            carried_balance BIGINT,
            imported_at BIGINT NOT NULL,
            CHECK ((carried_year IS NULL) = (carried_balance IS NULL))
        ){clustered};

        CREATE TABLE enrolments (
            resident_id TEXT NOT NULL REFERENCES persons (resident_id),
            line BIGINT NOT NULL,
            enrolled_on BIGINT NOT NULL,
            PRIMARY KEY (resident_id, line)
        ){clustered};

        CREATE TABLE contribution_lines (
            resident_id TEXT NOT NULL REFERENCES persons (resident_id),
            line BIGINT NOT NULL,
            year BIGINT NOT NULL,
            from_month BIGINT NOT NULL,
            to_month BIGINT NOT NULL,
            kind TEXT NOT NULL,
            base BIGINT NOT NULL,
            base_floor BIGINT,
            base_ceiling BIGINT,
            own_share BIGINT NOT NULL,
            credited_share BIGINT NOT NULL,
            employer_share BIGINT NOT NULL,
            region TEXT,
            paid_on BIGINT,
            PRIMARY KEY (resident_id, line),
            CHECK ((base_floor IS NULL) = (base_ceiling IS NULL))
        ){clustered};

        CREATE TABLE branch_balances (
            resident_id TEXT NOT NULL REFERENCES persons (resident_id),
            branch TEXT NOT NULL,
            balance BIGINT NOT NULL,
            PRIMARY KEY (resident_id, branch)
        ){clustered};
        """
}
