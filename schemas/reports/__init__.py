"""Findings as text for people, and as JSON, SARIF, GitHub annotations and JUnit for machines."""
