"""A stand-in for LINE's Messaging API: same paths, same answers, on this machine only.

LINE forbids load tests through its platform, and a demo has no account: so the demo, the tests and
the drills talk to this. It covers what delivery uses (tokens, push, multicast, validation, quota,
profile, followers) and forgets nothing between two starts. It is not part of a real installation.
"""
