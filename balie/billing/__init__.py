"""The company's billing system as Balie sees it: a stub that serves it and the client that asks it.

Nothing is imported here, so that `balie.billing.client` comes without FastAPI and SQLAlchemy.
"""
