extension SchemaText {
    /// What people do: decisions that wait for a second person, who sees to which case, and jobs over many cases. Where
    /// something stands follows from the newest row.
    static let version4 = """
        CREATE TABLE jobs (
            id BIGINT PRIMARY KEY,
            work TEXT NOT NULL CHECK (work IN ('resend', 'action')),
            bytes BYTEA NOT NULL,
            maker TEXT NOT NULL,
            account TEXT NOT NULL,
            at BIGINT NOT NULL
        ){table};
        {append-only:jobs}

        CREATE TABLE job_items (
            job BIGINT NOT NULL REFERENCES jobs (id),
            place BIGINT NOT NULL CHECK (place >= 1),
            case_id BIGINT NOT NULL REFERENCES cases (id),
            version BIGINT NOT NULL,
            PRIMARY KEY (job, place)
        ){clustered};
        {append-only:job_items}

        CREATE TABLE job_results (
            job BIGINT NOT NULL REFERENCES jobs (id),
            place BIGINT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('done', 'queued', 'skipped', 'refused')),
            why TEXT,
            at BIGINT NOT NULL,
            PRIMARY KEY (job, place)
        ){clustered};
        {append-only:job_results}

        CREATE TABLE job_moves (
            id BIGINT PRIMARY KEY,
            job BIGINT NOT NULL REFERENCES jobs (id),
            state TEXT NOT NULL
                CHECK (state IN ('proposing', 'waiting', 'running', 'paused', 'declined', 'done')),
            person TEXT,
            reason TEXT,
            at BIGINT NOT NULL
        ){table};
        CREATE INDEX job_moves_newest ON job_moves (job, id);
        {append-only:job_moves}

        CREATE TABLE proposals (
            id BIGINT PRIMARY KEY,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            version BIGINT NOT NULL CHECK (version >= 0),
            action TEXT NOT NULL,
            bytes BYTEA NOT NULL,
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            maker TEXT NOT NULL,
            account TEXT NOT NULL,
            at BIGINT NOT NULL,
            job BIGINT REFERENCES jobs (id)
        ){table};
        CREATE INDEX proposals_case ON proposals (case_id, version);
        CREATE INDEX proposals_job ON proposals (job, case_id) WHERE job IS NOT NULL;
        {append-only:proposals}

        CREATE TABLE proposal_verdicts (
            proposal BIGINT PRIMARY KEY REFERENCES proposals (id),
            is_approval BIGINT NOT NULL CHECK (is_approval IN (0, 1)),
            person TEXT NOT NULL,
            account TEXT NOT NULL,
            reason TEXT,
            at BIGINT NOT NULL
        ){table};
        {append-only:proposal_verdicts}

        CREATE TABLE proposal_ends (
            proposal BIGINT PRIMARY KEY REFERENCES proposals (id),
            is_carried_out BIGINT NOT NULL CHECK (is_carried_out IN (0, 1)),
            version BIGINT NOT NULL,
            why TEXT,
            at BIGINT NOT NULL
        ){table};
        {append-only:proposal_ends}

        CREATE TABLE refused_approvals (
            id BIGINT PRIMARY KEY,
            proposal BIGINT NOT NULL REFERENCES proposals (id),
            person TEXT NOT NULL,
            account TEXT NOT NULL,
            why TEXT NOT NULL,
            at BIGINT NOT NULL
        ){table};
        {append-only:refused_approvals}

        CREATE TABLE assignments (
            id BIGINT PRIMARY KEY,
            case_id BIGINT NOT NULL REFERENCES cases (id),
            person TEXT,
            assigned_by TEXT NOT NULL,
            at BIGINT NOT NULL
        ){table};
        CREATE INDEX assignments_case ON assignments (case_id, id);
        {append-only:assignments}

        CREATE INDEX cases_open ON cases (number) WHERE is_terminal = 0;
        CREATE INDEX alerts_case ON alerts (case_id);
        CREATE INDEX alerts_lasting ON alerts (case_id) WHERE name IN ('surplus-funds', 'person-ended');
        CREATE INDEX effects_case ON effects (case_id) WHERE is_done = 0;
        CREATE INDEX orders_bounced ON orders (case_id) WHERE outcome = 'bounced';
        """
}
