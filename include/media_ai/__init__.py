"""Videos into summaries, transcripts, on-screen text and searchable records; imports neither Airflow nor FastAPI."""

__version__ = "0.1.0"
