"""The web API of the product: routes, their schemas, and the doors to them. Knows FastAPI, not Airflow."""
