"""Starts a real PostgreSQL and a real Valkey for newcomers and tests, and ends them again.

Standard library and psycopg only: it has to run before there are settings, a database or keys.
"""
