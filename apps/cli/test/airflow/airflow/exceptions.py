class AirflowException(Exception):
    """Fails the task; Airflow tries it again while it has retries."""


class AirflowFailException(AirflowException):
    """Fails the task for good."""
