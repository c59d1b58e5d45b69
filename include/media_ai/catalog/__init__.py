"""The catalog: workflows, versions, runs and results in PostgreSQL, in a schema of its own."""
