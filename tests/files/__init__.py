"""Tests of departments."""
