"""`RedisLockStore` (rasa.core.lock_store) reads a lock from Redis, changes it and writes it back.

Of two servers that do so at once, the second overwrites the first: both get the same ticket and
work on one conversation together, or a ticket is lost and its message waits for ever. `cleanup`
also deletes a lock for which another server has taken a ticket in between, and a lock left without
tickets keeps those waiting that it has dropped. Instead: each change is one Redis transaction, done
anew where another came between, and a lock goes with its last ticket.
Keys and what stands in them are Rasa's own.
"""

import json
import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any

logger = logging.getLogger(__name__)


def after(module: ModuleType) -> None:
    """Replace the methods that change a lock."""

    def change(store: Any, conversation_id: str, how: Callable[[Any], Any]) -> Any:
        key = store.key_prefix + conversation_id

        def attempt(pipe: Any) -> Any:
            stored = pipe.get(key)
            lock = module.TicketLock.from_dict(json.loads(stored)) if stored else None
            lock = lock or store.create_lock(conversation_id)
            result = how(lock)
            pipe.multi()
            if lock.tickets:
                pipe.set(key, lock.dumps())
            else:
                pipe.delete(key)
            return result

        return store.red.transaction(attempt, key, value_from_callable=True)

    def issue_ticket(
        self: Any, conversation_id: str, lock_lifetime: float = module.LOCK_LIFETIME
    ) -> Any:
        logger.debug("Issuing ticket for conversation '%s'.", conversation_id)
        try:
            return change(self, conversation_id, lambda lock: lock.issue_ticket(lock_lifetime))
        except Exception as error:
            raise module.LockError(f"Error while acquiring lock. Error:\n{error}") from error

    def update_lock(self: Any, conversation_id: str) -> None:
        change(self, conversation_id, lambda lock: lock.remove_expired_tickets())

    def finish_serving(self: Any, conversation_id: str, ticket_number: int) -> None:
        change(self, conversation_id, lambda lock: lock.remove_ticket_for(ticket_number))

    store = module.RedisLockStore
    store.issue_ticket = issue_ticket
    store.update_lock = update_lock
    store.finish_serving = store.cleanup = finish_serving
