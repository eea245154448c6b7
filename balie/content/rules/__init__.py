"""The rules that content must keep beyond its form, one module a subject."""
