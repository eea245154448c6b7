"""Tickets: what they ask, what is understood of it, and a reply to suggest."""
