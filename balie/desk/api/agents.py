"""Who may use what is for agents and their systems."""

import hmac
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from balie.desk.api.common import Desk
from balie.desk.problems import Problem

_key = HTTPBearer(auto_error=False, scheme_name="AgentKey", description="BALIE_AGENT_KEY")


async def require_agent(
    desk: Desk, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_key)]
) -> None:
    """Let the agents' key in; raises the problem `agent-key`."""
    given = credentials.credentials if credentials else ""
    key = desk.settings.agent_key.get_secret_value()
    if not hmac.compare_digest(given.encode(errors="surrogateescape"), key.encode()):
        raise Problem(401, "agent-key")
