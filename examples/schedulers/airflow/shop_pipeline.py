"""Runs `tidemark sync pipeline` every hour and turns its exit code into what Airflow does next.

The worker needs the program `tidemark`, and TIDEMARK_CONFIG in its environment beside the variables
that the configuration asks for. Airflow 2.4 or newer; the imports work in Airflow 3 too.
"""

from __future__ import annotations

import json
import logging
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from airflow.decorators import dag, task
from airflow.exceptions import AirflowException, AirflowFailException

PIPELINE = "shop_pipeline"
COMMAND = ["tidemark", "sync", "pipeline", "-p", PIPELINE, "--quiet", "--no-color"]

# Running again goes on from what is durable, so these are worth a retry: 3 some tables failed,
# 11 another run holds the lease, 13 source, 14 S3, 15 Redshift, 22 time limit, 130 and 143 interrupted.
# Every other code needs a person first: 2, 10, 12, 20 (a value), 21 (state), 70, and codes that are not known here.
RETRIED = {3, 11, 13, 14, 15, 22, 130, 143}

log = logging.getLogger(__name__)


def failure_text(code: int, result: dict) -> str:
    """What the result says of a failure: the tables that failed, or why the run did not begin."""
    reasons = [
        f"{name}: {table['error_code']}: {table['error_message']}"
        for name, table in result.get("table_results", {}).items()
        if table["status"] == "failed"
    ]
    run = result.get("error") or result
    if not reasons:
        reasons = [f"{run['code']}: {run['message']}" if "code" in run else "no result was written"]
    return f"tidemark ended with {code}. " + "; ".join(reasons)


def judge(code: int, result: dict) -> dict:
    """The run's summary when it ended well; else the exception that lets Airflow retry, or the one that does not."""
    if code == 0:
        return {"execution_id": result["execution_id"], **result["summary"]}
    raise (AirflowException if code in RETRIED else AirflowFailException)(failure_text(code, result))


def run_tidemark(command: list[str], seconds_to_stop: int = 50) -> tuple[int, dict]:
    """Runs the program, its output in the task's log. Gives its exit code, and the result or {} if it wrote none."""
    with TemporaryDirectory(prefix="tidemark-") as folder:
        file = Path(folder) / "result.json"
        process = subprocess.Popen(
            [*command, "--json-output", str(file)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            for line in process.stdout:
                log.info("%s", line.rstrip())
            code = process.wait()
        except BaseException:
            # Airflow stops a task by an exception in it; the program is told, and ends at its next safe point.
            process.terminate()
            try:
                process.wait(seconds_to_stop)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            raise
        return code, json.loads(file.read_text()) if file.exists() else {}


@dag(
    dag_id="tidemark_shop_pipeline",
    schedule="15 * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Not needed for safety: a second run ends with 11 and changes nothing.
    max_active_runs=1,
    default_args={"retries": 4, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": True},
    tags=["tidemark"],
)
def tidemark_shop_pipeline():
    @task(execution_timeout=timedelta(hours=3))
    def sync() -> dict:
        return judge(*run_tidemark(COMMAND))

    sync()


tidemark_shop_pipeline()
