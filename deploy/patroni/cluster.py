"""Three database servers, each in a network namespace of its own: etcd, Patroni and PostgreSQL of Debian.

They are reached from the namespace of whoever makes them, at 10.77.0.1 to 10.77.0.3; that one has 10.77.0.254."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Tests", "Faults", "servers"))

from server import as_server, programs

NUMBERS = (1, 2, 3)
BRIDGE = "jx-bridge"
# After so many seconds without a word of the primary another server takes over; what Patroni demands of the three is
# ttl >= loop_wait + 2 * retry_timeout. No watchdog: a primary that stands still is not switched off, and must not be
# believed when it wakes.
TTL, LOOP, RETRY = 20, 2, 5

PATRONI = """\
scope: jiexu
namespace: /jiexu/
name: db{number}
restapi: {{listen: "{address}:8008", connect_address: "{address}:8008"}}
# The second interface of etcd, not the third (etcd3): a primary of Patroni 3.0.2 that was halted and wakes up writes its
# own name over that of its successor there, and both take writes. Here the name is only changed where it still is its own.
etcd: {{hosts: [{etcd}]}}
watchdog: {{mode: "off"}}
bootstrap:
  dcs:
    ttl: {ttl}
    loop_wait: {loop}
    retry_timeout: {retry}
    maximum_lag_on_failover: 1048576
    # A commit is acknowledged once a standby has it on disk; without a standby none is.
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        wal_level: replica
        wal_log_hints: "on"
        max_connections: 100
        synchronous_commit: "on"
        # No commit is acknowledged before a standby has found the new primary, and has said how far it has come: it looks
        # more often than each 5 s, and says so more often than each 10 s. Nothing new is written meanwhile that would wake it.
        wal_retrieve_retry_interval: 500ms
        wal_receiver_status_interval: 1s
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, data-checksums]
  pg_hba: ["local all all trust", "host all all 10.77.0.0/24 trust", "host replication all 10.77.0.0/24 trust"]
postgresql:
  listen: "{address}:5432"
  connect_address: "{address}:5432"
  data_dir: "{folder}/data"
  bin_dir: "{programs}"
  pgpass: "{folder}/pgpass"
  # Nobody but the three and the node reaches this network; a real one gives each its certificate.
  authentication:
    superuser: {{username: postgres}}
    replication: {{username: replicator}}
    rewind: {{username: rewinder}}
  parameters: {{unix_socket_directories: "{folder}"}}
"""


def run(*words, check=True):
    return subprocess.run(words, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if check else subprocess.DEVNULL)


class Member:
    """One of the three machines."""

    def __init__(self, cluster, number):
        self.number, self.address = number, f"10.77.0.{number}"
        self.folder = os.path.join(cluster.folder, f"db{number}")
        self.prefix, user = as_server()
        os.makedirs(self.folder, mode=0o700)
        shutil.chown(self.folder, user)
        self.log = open(os.path.join(cluster.folder, f"db{number}.log"), "ab")
        # The namespace lasts as long as this process.
        self.keeper = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], stdin=subprocess.DEVNULL)
        while os.readlink(f"/proc/{self.keeper.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        link = f"jx-db{number}"
        run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", str(self.keeper.pid))
        run("ip", "link", "set", link, "master", BRIDGE, "up")
        self.inside("ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        self.inside("ip", "link", "set", "lo", "up")
        self.inside("ip", "link", "set", "eth0", "up")
        with open(os.path.join(self.folder, "patroni.yml"), "w", encoding="utf-8") as file:
            file.write(PATRONI.format(
                number=number, address=self.address, folder=self.folder, programs=programs(), ttl=TTL, loop=LOOP,
                retry=RETRY, etcd=", ".join(f'"10.77.0.{other}:2379"' for other in NUMBERS)))
        self.etcd = self.patroni = None

    def inside(self, *words):
        run("nsenter", f"--net=/proc/{self.keeper.pid}/ns/net", *words)

    def spawn(self, *words):
        return subprocess.Popen(
            ["nsenter", f"--net=/proc/{self.keeper.pid}/ns/net", *self.prefix, *words], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, cwd=self.folder, env=dict(os.environ, HOME=self.folder))

    def start_etcd(self):
        peers = ",".join(f"db{other}=http://10.77.0.{other}:2380" for other in NUMBERS)
        self.etcd = self.spawn(
            "etcd", "--name", f"db{self.number}", "--data-dir", self.folder + "/etcd", "--listen-client-urls",
            f"http://{self.address}:2379", "--advertise-client-urls", f"http://{self.address}:2379", "--listen-peer-urls",
            f"http://{self.address}:2380", "--initial-advertise-peer-urls", f"http://{self.address}:2380",
            "--initial-cluster", peers, "--initial-cluster-state", "new", "--enable-v2")

    def start_patroni(self):
        self.patroni = self.spawn("patroni", self.folder + "/patroni.yml")

    def ask(self, path, method="GET", body=None):
        """The status of Patroni's answer and its JSON; 0 when there is none."""
        request = urllib.request.Request(f"http://{self.address}:8008{path}", method=method, data=body)
        try:
            with urllib.request.urlopen(request, timeout=1) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            status, text = answer.code, answer.read()
        except OSError:
            return 0, None
        try:
            return status, json.loads(text)
        except ValueError:
            return status, None

    def signal(self, number):
        """To Patroni, and to PostgreSQL with all its processes; not to etcd."""
        processes = [self.patroni.pid]
        try:
            with open(self.folder + "/data/postmaster.pid", encoding="ascii") as file:
                first = int(file.readline())
            with open(f"/proc/{first}/task/{first}/children", encoding="ascii") as file:
                processes += [first] + [int(word) for word in file.read().split()]
        except (OSError, ValueError):
            pass
        for process in processes:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass

    # The faults, and what ends each.

    def kill(self):
        self.signal(signal.SIGKILL)
        self.patroni.wait()

    def cut(self):
        self.inside("ip", "link", "set", "eth0", "down")

    def join(self):
        self.inside("ip", "link", "set", "eth0", "up")

    def cut_from_others(self):
        """Whoever is no database server still reaches this one."""
        for other in NUMBERS:
            if other != self.number:
                self.inside("ip", "route", "add", "blackhole", f"10.77.0.{other}/32")

    def join_others(self):
        for other in NUMBERS:
            if other != self.number:
                self.inside("ip", "route", "del", "blackhole", f"10.77.0.{other}/32")

    def halt(self):
        self.signal(signal.SIGSTOP)

    def go_on(self):
        self.signal(signal.SIGCONT)


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "address", "add", "10.77.0.254/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        self.members = [Member(self, number) for number in NUMBERS]

    def start(self):
        for member in self.members:
            member.start_etcd()
        for member in self.members:
            member.start_patroni()
        self.wait_whole(120)
        self.run("postgres", "CREATE ROLE jiexu LOGIN")
        self.run("postgres", "CREATE DATABASE jiexu OWNER jiexu")

    def run(self, database, statement):
        """On the primary, as the one who may do everything."""
        primary = self.primary()
        subprocess.run(
            [programs() + "/psql", "-q", "-h", primary.address, "-U", "postgres", "-d", database, "-c", statement],
            check=True, stdin=subprocess.DEVNULL)

    def place(self, schema):
        hosts = ",".join(member.address for member in self.members)
        return (f"host={hosts} user=jiexu dbname=jiexu target_session_attrs=read-write "
                f"options=-csearch_path={schema}")

    def primary(self):
        """The one that says that it is; None for none or several."""
        found = [member for member in self.members if member.ask("/primary")[0] == 200]
        return found[0] if len(found) == 1 else None

    def is_whole(self, synchronous=True):
        primary = self.primary()
        if primary is None:
            return False
        done = subprocess.run(
            [programs() + "/psql", "-qAt", "-h", primary.address, "-U", "postgres", "-d", "postgres", "-c",
             "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming' ORDER BY 1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=10)
        return done.stdout.split() == (["async", "sync"] if synchronous else ["async", "async"])

    def wait_whole(self, seconds, synchronous=True):
        """Until there is one primary and all stream from it."""
        end = time.monotonic() + seconds
        while not self.is_whole(synchronous):
            if time.monotonic() > end:
                raise RuntimeError(f"the cluster does not come together; see {self.folder}")
            time.sleep(0.5)

    def be_asynchronous(self):
        primary = self.primary()
        status, _ = primary.ask(
            "/config", "PATCH", json.dumps({"synchronous_mode": False, "synchronous_mode_strict": False}).encode())
        if status != 200:
            raise RuntimeError(f"the cluster did not take its new settings: {status}")
        self.wait_whole(60, synchronous=False)
