#!/usr/bin/env python3
"""Lets a real Spark replay event logs and prints what it saw, as JSON.

Usage: spark_replay.py SPARK_HOME FOLDER

Starts Spark's History Server over FOLDER on a free port of 127.0.0.1, asks its REST API about every
application, stops it, and prints {"version": ..., "applications": {id: counts}}. Exit 3: Spark did
not start or did not list any application in time; the reason goes to stderr.
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

START_TIMEOUT_S = 90
PAGE = 1000000


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start_server(spark_home, folder, port, scratch, log):
    options = {
        "spark.history.fs.logDirectory": "file://" + os.path.abspath(folder),
        "spark.history.ui.port": port,
        "spark.history.provider": "org.apache.spark.deploy.history.FsHistoryProvider",
        "spark.history.fs.update.interval": "1s",
        "spark.history.retainedApplications": 500,
        "spark.ui.retainedJobs": PAGE,
        "spark.ui.retainedStages": PAGE,
        "spark.ui.retainedTasks": 10 * PAGE,
    }
    environment = dict(os.environ)
    environment.update(
        SPARK_HOME=spark_home,
        SPARK_LOCAL_HOSTNAME="127.0.0.1",
        SPARK_PUBLIC_DNS="127.0.0.1",
        SPARK_DAEMON_MEMORY="1g",
        SPARK_LOCAL_DIRS=scratch,
        SPARK_LOG_DIR=scratch,
        SPARK_HISTORY_OPTS=" ".join("-D%s=%s" % item for item in options.items()),
    )
    return subprocess.Popen(
        [os.path.join(spark_home, "bin", "spark-class"),
         "org.apache.spark.deploy.history.HistoryServer"],
        env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        cwd=scratch, start_new_session=True)


class Api:
    def __init__(self, port):
        self.base = "http://127.0.0.1:%d/api/v1" % port
        # The machine's proxy settings are not meant for 127.0.0.1.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path):
        with self.opener.open(self.base + path, timeout=60) as answer:
            return json.load(answer)


def wait_for_applications(api, server, wanted):
    """The listing, once it has `wanted` applications or stopped growing for a while."""
    deadline = time.monotonic() + START_TIMEOUT_S
    found, since = [], time.monotonic()
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("the History Server ended with code %d" % server.returncode)
        try:
            now = api.get("/applications")
        except (urllib.error.URLError, OSError):
            now = []
        if len(now) != len(found):
            found, since = now, time.monotonic()
        if len(found) >= wanted or (found and time.monotonic() - since > 15):
            return found
        time.sleep(0.3)
    raise RuntimeError("no application was listed within %d s" % START_TIMEOUT_S)


def count_by(rows, key):
    counts = {}
    for row in rows:
        counts[row[key]] = counts.get(row[key], 0) + 1
    return counts


def counts_of(api, application):
    attempt = application["attempts"][0]
    path = "/applications/" + application["id"]
    if "attemptId" in attempt:
        path += "/" + attempt["attemptId"]
    jobs = api.get(path + "/jobs")
    stages = api.get(path + "/stages?details=false")
    tasks, run_time_ms = 0, 0
    statuses = {}
    for stage in stages:
        if stage["status"] in ("SKIPPED", "PENDING"):
            continue
        rows = api.get(path + "/stages/%d/%d/taskList?offset=0&length=%d"
                       % (stage["stageId"], stage["attemptId"], PAGE))
        tasks += len(rows)
        run_time_ms += sum(row.get("taskMetrics", {}).get("executorRunTime", 0) for row in rows)
        for status, n in count_by(rows, "status").items():
            statuses[status] = statuses.get(status, 0) + n
    executors = [e for e in api.get(path + "/allexecutors") if e["id"] != "driver"]
    try:
        sql = len(api.get(path + "/sql?details=false&offset=0&length=%d" % PAGE))
    except (urllib.error.URLError, OSError):
        sql = -1
    return {
        "completed": attempt["completed"],
        "duration_ms": attempt["duration"],
        "jobs": len(jobs), "jobs_by_status": count_by(jobs, "status"),
        "stages": len(stages), "stages_by_status": count_by(stages, "status"),
        "tasks": tasks, "tasks_by_status": statuses, "run_time_ms": run_time_ms,
        "executors": len(executors), "cores": sum(e["totalCores"] for e in executors),
        "sql_executions": sql,
    }


def main():
    spark_home, folder = sys.argv[1], sys.argv[2]
    wanted = len([f for f in os.listdir(folder) if not f.startswith(".")])
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="muster-replay-") as scratch, \
            open(os.path.join(scratch, "log"), "w+", encoding="utf-8", errors="replace") as log:
        server = start_server(spark_home, folder, port, scratch, log)
        try:
            api = Api(port)
            listed = wait_for_applications(api, server, wanted)
            print(json.dumps({
                "version": api.get("/version")["spark"],
                "applications": {a["id"]: counts_of(api, a) for a in listed},
            }, indent=1))
        except (RuntimeError, urllib.error.URLError, OSError, KeyError) as error:
            log.flush()
            log.seek(0)
            sys.stderr.write("%s\n%s\n" % (error, log.read()[-4000:]))
            return 3
        finally:
            server.terminate()  # spark-class ends with exec: this is the JVM itself
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
