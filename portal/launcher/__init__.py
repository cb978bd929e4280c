"""The launcher: starts the databases, the web server, the worker and beat as one, and stops them together."""
