"""Loads a DAG file and prints what it defines as JSON; with a task's name, runs it and prints how it ended.

usage: run_dag.py FILE [TASK]
"""

import json
import runpy
import signal
import sys

from airflow.dags import DAGS
from airflow.exceptions import AirflowException


def told_to_end(_signal, _frame):
    # Airflow tells a running task to end in this way.
    raise AirflowException("Task received SIGTERM signal")


def ended(function):
    try:
        return {"value": function()}
    except Exception as error:
        return {"raised": type(error).__name__, "message": str(error)}


def main(file, name=None):
    signal.signal(signal.SIGTERM, told_to_end)
    runpy.run_path(file)
    (dag,) = DAGS
    tasks = {task.task_id: task for task in dag.tasks}
    if name is not None:
        return ended(tasks[name].function)
    return {
        "dag": dag.options,
        "tasks": [{"id": task.task_id, "upstream": task.upstream, "options": task.options} for task in dag.tasks],
    }


print(json.dumps(main(*sys.argv[1:]), default=str))
