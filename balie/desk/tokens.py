"""Conversation tokens and customers' tokens: who is speaking, and for which conversation."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import jwt

from balie.desk import clock
from balie.settings import Settings

_CONVERSATION_AUDIENCE = "balie-conversation"
_CUSTOMER_AUDIENCE = "balie"
LONGEST_SIGN_IN = timedelta(hours=1)
_CLOCK_SKEW = timedelta(seconds=30)
_LONGEST_CUSTOMER_ID = 64


class BadToken(Exception):
    """A token that proves nothing."""


class ConversationTokens:
    """Signs and checks the token that is bound to one conversation."""

    def __init__(self, secret: str, lifetime: timedelta) -> None:
        self._secret = secret
        self._lifetime = lifetime

    def issue(self, conversation_id: str) -> str:
        """The token of this conversation."""
        now = clock.now()
        claims = {
            "sub": conversation_id,
            "aud": _CONVERSATION_AUDIENCE,
            "iat": now,
            "exp": now + self._lifetime,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def conversation_of(self, token: str) -> str:
        """The conversation that the token is for; raises `BadToken`."""
        claims = _decode(
            token, self._secret, "HS256", audience=_CONVERSATION_AUDIENCE, require=["sub", "exp"]
        )
        return str(claims["sub"])


@dataclass(frozen=True)
class Identity:
    """A customer, proved until a moment by the token with this id."""

    customer: str
    until: datetime
    jti: str


class CustomerTokens:
    """Checks the tokens that prove who a customer is.

    With a public key only RS256 is taken: a secret that nobody set must not open a second door.
    """

    def __init__(self, secret: str, public_key: str | None, issuer: str) -> None:
        self._key, self._algorithm = (public_key, "RS256") if public_key else (secret, "HS256")
        self._issuer = issuer

    def identify(self, token: str) -> Identity:
        """Whom the token proves; raises `BadToken`. Single use is checked where it is stored."""
        claims = _decode(
            token,
            self._key,
            self._algorithm,
            audience=_CUSTOMER_AUDIENCE,
            issuer=self._issuer,
            require=["exp", "aud", "iss", "sub", "jti"],
        )
        until = _moment(claims["exp"])
        if until > clock.now() + LONGEST_SIGN_IN + _CLOCK_SKEW:
            raise BadToken("valid for too long")
        customer = claims["sub"].strip()
        if not (
            customer.isprintable()
            and customer
            and claims["jti"].strip()
            and len(customer) <= _LONGEST_CUSTOMER_ID
        ):
            raise BadToken("no customer or no id")
        return Identity(customer, until, claims["jti"])


def _moment(seconds: object) -> datetime:
    """The moment of a token's `exp`; raises `BadToken` where it is none."""
    if not isinstance(seconds, int | float):
        raise BadToken("exp is no number")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise BadToken("exp is no moment") from error


def make_customer_token(
    settings: Settings, customer: str, lifetime: timedelta = LONGEST_SIGN_IN
) -> str:
    """A customer's token as the company's own site would make it; for the demo and for tests."""
    now = clock.now()
    claims = {
        "iss": settings.customer_issuer,
        "aud": _CUSTOMER_AUDIENCE,
        "sub": customer,
        "iat": now,
        "exp": now + lifetime,
        "jti": token_urlsafe(16),
    }
    return jwt.encode(claims, settings.customer_secret.get_secret_value(), algorithm="HS256")


class Fingerprints:
    """Stands in for texts that are only compared: without the secret nobody can guess them."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def of(self, text: str) -> str:
        """Equal texts have equal fingerprints."""
        data = text.encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest()


def _decode(
    token: str,
    key: str,
    algorithm: str,
    *,
    audience: str,
    require: list[str],
    issuer: str | None = None,
) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=audience,
            issuer=issuer,
            options={"require": require},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise BadToken(type(error).__name__) from error
    return claims
