"""A PostgreSQL server of a harness's own, in a folder of its own and reached by a socket in it; it notes who wrote what."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

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


class Server:
    def __init__(self):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
        if not programs:
            raise RuntimeError("PostgreSQL is not installed: run deploy/install-packages test")
        self.programs = os.path.dirname(programs[-1])
        # The path of a socket may not be long.
        self.folder = tempfile.mkdtemp(prefix="jx-pg-", dir="/tmp")
        # A server refuses to run as root, and so gets another user then.
        self.user = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = os.path.join(self.folder, "data")
        with open(os.path.join(self.folder, "log"), "wb") as log:
            subprocess.run(
                [os.path.join(self.programs, "initdb"), "--pgdata", data, "--username=jiexu", "--auth=trust",
                 "--encoding=UTF8", "--locale=C", "--no-sync"],
                stdout=log, stderr=log, check=True, cwd=self.folder, **self.user)
            self.process = subprocess.Popen(
                [os.path.join(self.programs, "postgres"), "-D", data, "-k", self.folder, "-c", "listen_addresses="],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **self.user)
        self.place = f"host={self.folder} user=jiexu dbname=postgres"
        end = time.monotonic() + 60
        while True:
            try:
                self.ask("SELECT 1")
                break
            except subprocess.CalledProcessError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        self.ask(LEDGER)

    def ask(self, statement, schema="public"):
        """The rows of a statement, each a list of texts."""
        done = subprocess.run(
            [os.path.join(self.programs, "psql"), "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
             "-h", self.folder, "-U", "jiexu", "-d", "postgres", "-c", f"SET search_path = {schema}", "-c", statement],
            capture_output=True, text=True, timeout=60, check=True, cwd=self.folder)
        return [line.split("\t") for line in done.stdout.splitlines() if line]

    def make(self, schema):
        self.ask(f"CREATE SCHEMA {schema}")

    def watch(self, schema):
        """From now on it is noted who writes in the schema."""
        self.ask(WATCH.format(schema=schema))

    def place_of(self, schema, who):
        """Where a node finds its schema, and what its sessions go by."""
        return f"{self.place} application_name={who} options=-csearch_path={schema}"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
