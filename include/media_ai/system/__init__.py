"""The embedded system: a real PostgreSQL and Airflow's processes in a folder of the project's own."""
