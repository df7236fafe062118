"""A PostgreSQL server of a harness's own: in a folder, reached by a socket in it."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import time


def programs():
    """The folder of the newest server that Debian has installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run deploy/install-packages test")
    return found[-1]


def as_server():
    """The words before a command of a server, which refuses to run as root; and the user's name."""
    if os.geteuid() != 0:
        return [], pwd.getpwuid(os.geteuid()).pw_name
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"], user.pw_name


def children(process):
    """The processes that a process has started, itself first."""
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
        return [process] + [int(word) for word in file.read().split()]


class Server:
    def __init__(self, folder):
        # The path of a socket is short by nature.
        self.folder, self.process = folder, None
        self.prefix, user = as_server()
        os.makedirs(folder)
        shutil.chown(folder, user)
        self.log = open(os.path.join(folder, "log"), "ab")
        self.data = os.path.join(folder, "data")
        subprocess.run(
            [*self.prefix, programs() + "/initdb", "--pgdata", self.data, "--username=jiexu", "--auth=trust",
             "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, stdout=self.log, stderr=self.log, cwd=folder)

    def start(self, *options):
        self.process = subprocess.Popen(
            [*self.prefix, programs() + "/postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=",
             "-c", "max_connections=100", *(word for option in options for word in ("-c", option))],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=self.folder)
        end = time.monotonic() + 60
        while self.run("SELECT 1", check=False) != 0:
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(f"the server does not answer; see {self.folder}/log")
            time.sleep(0.05)

    def place(self, schema):
        return f"host={self.folder} user=jiexu dbname=postgres options=-csearch_path={schema}"

    def run(self, statement, check=True):
        return subprocess.run(
            [programs() + "/psql", "-q", "-h", self.folder, "-U", "jiexu", "-d", "postgres", "-c", statement],
            check=check, stdout=self.log, stderr=self.log).returncode

    def kill(self):
        """Every process of it at once, as a power cut would end them."""
        if self.process is None or self.process.poll() is not None:
            return
        # The first goes first: it would start others anew.
        for one in children(self.process.pid):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()

    def end(self):
        self.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
