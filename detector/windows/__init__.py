"""Compiled kernels over bounded windows per account."""
