"""Errors of the test servers.

* ServerError
    * MissingToolError      a JDK or Maven is not installed, or too old
    * FetchError            Maven could not bring the jars
    * StartError            a server did not come up
"""


class ServerError(Exception):
    """Root of this folder's errors."""


class MissingToolError(ServerError):
    """A program that the real servers need is not installed, or too old."""


class FetchError(ServerError):
    """Maven could not bring what a server is made of."""


class StartError(ServerError):
    """A server did not come up in time or ended at once."""
