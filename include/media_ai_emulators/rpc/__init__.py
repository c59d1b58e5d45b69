"""The RPC family of Alibaba Cloud (STS, IMS, VOD): one address, an action, parameters, JSON."""
