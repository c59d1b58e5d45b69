"""Clients of services: protocols, and one module per service."""

import logging

# At INFO httpx tells the whole address of each request, its signature included; httpcore tells more at DEBUG.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
