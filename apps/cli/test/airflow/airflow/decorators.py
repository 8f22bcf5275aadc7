from airflow.dags import DAGS, Dag, Task


def dag(**options):
    def decorated(function):
        def define():
            DAGS.append(Dag(options))
            function()

        return define

    return decorated


def task(function=None, **options):
    def decorated(inner):
        return lambda: Task(inner.__name__, options, inner)

    return decorated if function is None else decorated(function)
