"""Sources: places where new videos arrive, and what becomes of the videos."""
