"""Model Studio (DashScope): its own protocol below /api/v1, and the OpenAI-compatible one below /compatible-mode/v1."""
