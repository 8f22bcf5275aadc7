"""Waits until a table of shop_pipeline has arrived today, then goes on.

The pipeline writes completion markers when it has `completion_markers: { bucket: example-markers }`,
or is run with `--s3-completion-bucket example-markers`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor

BUCKET = "example-markers"
# {day, UTC, on which the run ended}/sync_{connection and table in their file form}_SUCCESS.
# pipeline_shop_pipeline_SUCCESS in its place waits for a run in which every table of the pipeline ended well.
MARKER = "completion_markers/{{ data_interval_end | ds_nodash }}/sync_shop_ro_sales_orders_SUCCESS"


@dag(
    dag_id="orders_report",
    schedule="30 5 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["tidemark"],
)
def orders_report():
    arrived = S3KeySensor(
        task_id="orders_arrived",
        bucket_name=BUCKET,
        bucket_key=MARKER,
        aws_conn_id="aws_default",
        mode="reschedule",
        poke_interval=60,
        timeout=timedelta(hours=2).total_seconds(),
    )

    @task
    def report() -> None:
        print("sales.orders has arrived; the report is made here")

    arrived >> report()


orders_report()
