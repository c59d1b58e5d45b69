"""The workflow graph: its JSON, node types, validation, upgrades and the execution plan."""
