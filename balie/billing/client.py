"""Asks the billing backend, and keeps its troubles from spreading.

Every call has a deadline, only reads are tried again, and a backend that fails again and again is
left alone for a while. Whatever goes wrong outside comes out as `BillingUnavailable`.
"""

import asyncio
import time
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import stamina
import structlog
from circuitbreaker import CircuitBreaker
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from balie.billing.connection import Connection, HttpConnection
from balie.billing.models import (
    AzureCredit,
    Balance,
    BillingProfile,
    Charge,
    Customer,
    Invoice,
    InvoiceEligibility,
    InvoiceSummary,
    NewSupportRequest,
    PaymentMethod,
    Subscription,
    SupportRequest,
)
from balie.http import Answer
from balie.settings import Settings

T = TypeVar("T")
Outcome = Literal["timeout", "no_connection", "error_status", "bad_answer", "left_alone"]

log = structlog.get_logger(__name__)


class BillingUnavailable(Exception):
    """The billing backend gave no usable answer; `outcome` says in what way.

    The message carries no personal data.
    """

    def __init__(self, operation: str, outcome: Outcome, status: int | None = None) -> None:
        super().__init__(f"billing: {operation}: {outcome}" + (f" {status}" if status else ""))
        self.operation = operation
        self.outcome = outcome
        self.status = status


class UnknownCustomer(LookupError):
    """The billing backend does not know this customer, or not this invoice of theirs."""


class BillingClient:
    """The billing backend as it looks from here; one for a process, closed at its end."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = 1.5,
        attempts: int = 2,
        breaker_failures: int = 5,
        breaker_pause: float = 20.0,
        connection: Connection | None = None,
    ) -> None:
        """`timeout` is for one attempt, `attempts` for reads only; `breaker_pause` is how long a
        backend that failed `breaker_failures` times in a row is left alone. Times in seconds.
        `connection` takes the network's place in tests.
        """
        self._connection = connection or HttpConnection(base_url, timeout)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._timeout = timeout
        self._attempts = attempts
        self._breaker = _Breaker(
            failure_threshold=breaker_failures,
            recovery_timeout=breaker_pause,
            expected_exception=_is_trouble,
            name="billing",
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The client as the operator has set it up."""
        return cls(
            settings.billing_address(),
            settings.billing_token.get_secret_value(),
            timeout=settings.billing_timeout,
            attempts=settings.billing_attempts,
            breaker_failures=settings.breaker_failures,
            breaker_pause=settings.breaker_pause,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.close()

    # Each of these raises `UnknownCustomer` and `BillingUnavailable`.

    async def customer(self, customer_id: str) -> Customer:
        """Name, agreement type, addresses and contact."""
        return await self._read("customer", Customer, customer_id)

    async def subscriptions(self, customer_id: str) -> list[Subscription]:
        """What the customer pays for."""
        return await self._read("subscriptions", list[Subscription], customer_id, "subscriptions")

    async def invoices(self, customer_id: str) -> list[InvoiceSummary]:
        """The latest twelve invoices, newest first."""
        return await self._read("invoices", list[InvoiceSummary], customer_id, "invoices")

    async def invoice(self, customer_id: str, number: str) -> Invoice:
        """One invoice with its lines."""
        return await self._read("invoice", Invoice, customer_id, "invoices", number)

    async def payment_methods(self, customer_id: str) -> list[PaymentMethod]:
        """Cards and bank accounts."""
        return await self._read(
            "payment_methods", list[PaymentMethod], customer_id, "payment-methods"
        )

    async def charges(self, customer_id: str) -> list[Charge]:
        """Attempts to collect an invoice, those tried last first."""
        return await self._read("charges", list[Charge], customer_id, "charges")

    async def balance(self, customer_id: str) -> Balance:
        """What is open, and the last payment seen."""
        return await self._read("balance", Balance, customer_id, "balance")

    async def billing_profiles(self, customer_id: str) -> list[BillingProfile]:
        """Billing profiles and the customer's role on each."""
        return await self._read(
            "billing_profiles", list[BillingProfile], customer_id, "billing-profiles"
        )

    async def credits(self, customer_id: str) -> list[AzureCredit]:
        """Azure credits, those that expire first first."""
        return await self._read("credits", list[AzureCredit], customer_id, "credits")

    async def invoice_eligibility(self, customer_id: str) -> InvoiceEligibility:
        """Whether the customer may pay by invoice, and where the request for it stands."""
        return await self._read(
            "invoice_eligibility", InvoiceEligibility, customer_id, "invoice-eligibility"
        )

    async def create_support_request(
        self, customer_id: str, request: NewSupportRequest, idempotency_key: str
    ) -> SupportRequest:
        """File a support request, in one attempt; the same key makes it safe to call again."""
        return await self._call(
            "create_support_request",
            SupportRequest,
            "POST",
            _path(customer_id, "support-requests"),
            headers={"Idempotency-Key": idempotency_key, "Content-Type": "application/json"},
            content=request.model_dump_json(),
        )

    async def _read(self, operation: str, kind: type[T], *path: str) -> T:
        retries = stamina.retry_context(
            on=_is_worth_retrying,
            attempts=self._attempts,
            timeout=None,
            wait_initial=0.05,
            wait_max=0.3,
            wait_jitter=0.2,
        )
        async for attempt in retries:
            with attempt:
                return await self._call(operation, kind, "GET", _path(*path))
        raise AssertionError("stamina returns or raises")

    async def _call(
        self,
        operation: str,
        kind: type[T],
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        content: str | None = None,
    ) -> T:
        """One attempt, guarded by the breaker and logged."""
        started = time.monotonic()
        outcome: Outcome | Literal["ok", "unknown_customer", "aborted"] = "aborted"
        try:
            if self._breaker.opened:
                raise BillingUnavailable(operation, "left_alone")
            with self._breaker:
                answer = await self._send(operation, method, path, headers or {}, content)
                result: T = _parse(operation, kind, answer)
            outcome = "ok"
        except BillingUnavailable as error:
            outcome = error.outcome
            raise
        except UnknownCustomer:
            outcome = "unknown_customer"
            raise
        finally:
            log.info(
                "billing.call",
                operation=operation,
                outcome=outcome,
                duration_ms=round((time.monotonic() - started) * 1000),
            )
        return result

    async def _send(
        self,
        operation: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: str | None,
    ) -> Answer:
        try:
            # Whatever carries the call: a drip-fed answer would have no end.
            async with asyncio.timeout(self._timeout):
                return await self._connection.send(
                    method, path, {**self._headers, **headers}, content
                )
        except TimeoutError as error:
            raise BillingUnavailable(operation, "timeout") from error
        except OSError as error:
            raise BillingUnavailable(operation, "no_connection") from error


class _Breaker(CircuitBreaker):
    """A breaker that learns nothing from a call which its caller gave up."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if kind is not None and not issubclass(kind, Exception):
            return False
        return bool(super().__exit__(kind, error, traceback))


def _is_trouble(_: type[BaseException], error: BaseException) -> bool:
    """Whether a call failed because the backend is in trouble: a 4xx says that it is well."""
    return isinstance(error, BillingUnavailable) and (error.status is None or error.status >= 500)


def _is_worth_retrying(error: Exception) -> bool:
    return _is_trouble(type(error), error) and not (
        isinstance(error, BillingUnavailable) and error.outcome in ("bad_answer", "left_alone")
    )


def _path(customer_id: str, *rest: str) -> str:
    parts = [customer_id, *rest]
    # Dots would be walked away from the customer's own resources by a server or a proxy.
    if not all(part.strip(".") for part in parts):
        raise UnknownCustomer
    return "/v1/customers/" + "/".join(quote(part, safe="") for part in parts)


def _parse(operation: str, kind: Any, answer: Answer) -> Any:
    if answer.status == HTTPStatus.NOT_FOUND:
        raise UnknownCustomer
    if not 200 <= answer.status < 300:
        raise BillingUnavailable(operation, "error_status", answer.status)
    try:
        return _adapter(kind).validate_json(answer.content)
    except ValidationError as error:
        raise BillingUnavailable(operation, "bad_answer") from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    # What was answered is somebody's: it stays out of error messages, which get logged.
    # A model brings its own configuration and takes no other.
    is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
    return TypeAdapter(kind, config=None if is_model else ConfigDict(hide_input_in_errors=True))
