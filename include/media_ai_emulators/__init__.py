"""
Emulators of the cloud services that the product talks to: OSS, STS, IMS (ICE), VOD and DashScope, in one process on one port.

The vendors' own SDKs are the callers: signatures, error bodies, ids and delays are those of the real services as far as they
are documented. Nothing here knows the product. What is not implemented is refused with HTTP 501, never answered with made-up
success.

    with running_emulator(folder) as emulator:          # media_ai_emulators.testing
        emulator.url, emulator.keys.access_key_id
"""
