"""The whole pipeline in one process: embedded broker, in-process registry, live view."""
