from tests.emulators.line_server import server

__all__ = ["server"]
