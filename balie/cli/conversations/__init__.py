"""Conversation tests: whole conversations, written in YAML, that are held with a running Balie."""
