"""Accounts of people in Airflow's FAB auth manager: rule for passwords, roles, sessions, mail."""
