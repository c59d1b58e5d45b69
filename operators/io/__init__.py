"""Airflow's object storage paths: oss://connection@bucket/key."""
