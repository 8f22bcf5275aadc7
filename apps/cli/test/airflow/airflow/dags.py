"""What a DAG file has defined."""

DAGS: list["Dag"] = []


class Dag:
    def __init__(self, options):
        self.options = options
        self.tasks = []


class Task:
    """One task of the DAG that is being defined."""

    def __init__(self, task_id, options, function=None):
        self.task_id = task_id
        self.options = options
        self.function = function
        self.upstream = []
        DAGS[-1].tasks.append(self)

    def __rshift__(self, other):
        other.upstream.append(self.task_id)
        return other
