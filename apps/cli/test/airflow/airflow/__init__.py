"""Just enough of Airflow to load the example DAGs and run their tasks where Airflow is not installed."""
