from airflow.dags import Task


class S3KeySensor(Task):
    def __init__(self, *, task_id, **options):
        super().__init__(task_id, options)
