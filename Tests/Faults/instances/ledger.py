"""A PostgreSQL server of a harness's own that notes who writes what."""

import os
import subprocess

from server import Server, programs

# Each row that is written in a schema leaves one here, with the name that the session of the writer goes by. It shares
# the transaction: what was undone is not here either.
LEDGER = """
CREATE SCHEMA ledger;
CREATE TABLE ledger.writes (who text NOT NULL, what text NOT NULL, at timestamptz NOT NULL);
CREATE FUNCTION ledger.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO ledger.writes VALUES (current_setting('application_name'), TG_TABLE_NAME, clock_timestamp());
    RETURN NULL;
END $$;
"""
WATCH = """
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' LOOP
        EXECUTE format('CREATE TRIGGER ledger_note AFTER INSERT OR UPDATE OR DELETE ON {schema}.%I
            FOR EACH ROW EXECUTE FUNCTION ledger.note()', one);
    END LOOP;
END $$;
"""


class LedgerServer(Server):
    """It is up when it is made, in a folder of its own: the path of a socket may not be long."""

    def __init__(self):
        super().__init__(f"/tmp/jx-pg-{os.getpid()}")
        try:
            self.start()
            self.ask(LEDGER)
        except BaseException:
            self.end()
            raise

    def ask(self, statement, schema="public"):
        """The rows of a statement, each a list of texts."""
        done = subprocess.run(
            [programs() + "/psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.folder,
             "-U", "jiexu", "-d", "postgres", "-c", f"SET search_path = {schema}", "-c", statement],
            capture_output=True, text=True, timeout=60, check=True)
        return [line.split("\t") for line in done.stdout.splitlines() if line]

    def make(self, schema):
        self.ask(f"CREATE SCHEMA {schema}")

    def watch(self, schema):
        """From now on it is noted who writes in the schema."""
        self.ask(WATCH.format(schema=schema))

    def place_of(self, schema, who):
        """Where a node finds its schema, and what its sessions go by."""
        return f"{self.place(schema)} application_name={who}"
