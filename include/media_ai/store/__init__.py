"""Where bytes and results live: an object store (file:// here) and the artifact store over it."""
