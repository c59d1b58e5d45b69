"""Clients of services: protocols, and one module per service."""
