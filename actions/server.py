"""The action server: Rasa's own, on loopback, for callers that know the shared secret.

`rasa_sdk` has no authentication and listens on every address unless told otherwise.
"""

import hmac

from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from balie.settings import Settings

OPEN_PATHS = ("/health",)


def create_server(settings: Settings) -> Sanic:
    """The action server's application; raises `InsecureSettings` where production lacks secrets."""
    settings.refuse_insecure("internal_secret", "billing_token")
    app = create_app("actions", cors_origins=[])
    secret = settings.internal_secret.get_secret_value()

    @app.on_request
    async def refuse_strangers(request: Request) -> HTTPResponse | None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        # Sanic gives bytes that are no text as surrogates.
        known = hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode())
        if known or request.path in OPEN_PATHS:
            return None
        return json({"error": "wrong or missing secret"}, 401)

    @app.on_response
    async def keep_the_request_back(_: Request, response: HTTPResponse) -> HTTPResponse | None:
        # rasa_sdk answers an error with the whole request, the customer's words among it, and Rasa
        # writes that into its log.
        if response.status < 500:
            return None
        return json({"error": "the action failed; the action server's log says why"}, 500)

    return app
