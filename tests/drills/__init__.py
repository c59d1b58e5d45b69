"""Drills: the whole system at work while its processes are killed. Run by hand; they take minutes to an hour."""
