"""Use cases around workflows: keep drafts, publish, unpublish, exchange as files, presets."""
