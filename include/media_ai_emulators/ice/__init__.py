"""Intelligent Media Services (IMS), whose API is called ICE, version 2020-11-09."""
