"""Signing a customer in: a token works once, and a conversation belongs to one customer."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from balie.desk.conversations import bind_customer
from balie.desk.problems import Problem
from balie.desk.tables import Conversation, UsedToken
from balie.desk.tokens import Fingerprints, Identity


def sign_in(
    session: Session, conversation: Conversation, identity: Identity, fingerprints: Fingerprints
) -> None:
    """Bind the customer; raises the problems `customer-token` and `other-customer`."""
    bind_customer(conversation, identity)
    session.add(UsedToken(jti=fingerprints.of(identity.jti), expires_at=identity.until))
    try:
        session.flush()
    except IntegrityError as error:
        raise Problem(401, "customer-token") from error
