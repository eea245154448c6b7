"""The `balie` command, one file a command."""
