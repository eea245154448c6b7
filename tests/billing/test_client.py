import asyncio
import logging
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from balie.billing.client import BillingClient, BillingUnavailable, UnknownCustomer
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
from balie.billing.service import create_app
from balie.settings import Settings
from tests.billing.connection import InProcess

Serve = Callable[..., AbstractContextManager[str]]
Reply = httpx.Response | Exception | Callable[[], Any]

REQUEST = NewSupportRequest(kind="billing", subject="Help", details="Please", language="nl")
READS = {
    "customer": "",
    "subscriptions": "/subscriptions",
    "invoices": "/invoices",
    "payment_methods": "/payment-methods",
    "charges": "/charges",
    "balance": "/balance",
    "billing_profiles": "/billing-profiles",
    "credits": "/credits",
    "invoice_eligibility": "/invoice-eligibility",
}
NO_CREDITS = httpx.Response(200, json=[])


class Network:
    """Takes the network's place: keeps what was sent, answers what it is told to."""

    def __init__(self, *replies: Reply) -> None:
        self.sent: list[httpx.Request] = []
        self.replies = list(replies)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        # The last reply is given again and again.
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if callable(reply):
            await reply()
        if isinstance(reply, Exception):
            raise reply
        assert isinstance(reply, httpx.Response)
        return httpx.Response(reply.status_code, content=reply.content, headers=reply.headers)


def client_of(network: Network, **options: Any) -> BillingClient:
    connection = InProcess(httpx.MockTransport(network))
    return BillingClient("http://billing:8010", "the-token", connection=connection, **options)


async def outcome_of(call: Any) -> str:
    with pytest.raises(BillingUnavailable) as caught:
        await call
    return caught.value.outcome


# The request that is sent


@pytest.mark.parametrize(("operation", "path"), READS.items())
async def test_a_read_is_a_get_with_the_token(operation: str, path: str) -> None:
    network = Network(httpx.Response(404))
    async with client_of(network) as client:
        with pytest.raises(UnknownCustomer):
            await getattr(client, operation)("C-1001")
    [request] = network.sent
    assert request.method == "GET"
    assert str(request.url) == f"http://billing:8010/v1/customers/C-1001{path}"
    assert request.headers["authorization"] == "Bearer the-token"
    assert request.headers["accept"] == "application/json"


async def test_one_invoice_is_asked_for_by_its_number() -> None:
    network = Network(httpx.Response(404))
    async with client_of(network) as client:
        with pytest.raises(UnknownCustomer):
            await client.invoice("C-1001", "E1/0")
    assert network.sent[0].url.raw_path == b"/v1/customers/C-1001/invoices/E1%2F0"


async def test_a_support_request_is_a_post_with_its_key() -> None:
    answer = {
        "number": "SR-000001",
        "kind": "billing",
        "status": "received",
        "created_at": "2026-11-21T10:00:00Z",
    }
    network = Network(httpx.Response(201, json=answer))
    async with client_of(network) as client:
        created = await client.create_support_request("C-1001", REQUEST, "key-1")
    [request] = network.sent
    assert created.number == "SR-000001"
    assert (request.method, request.url.path) == ("POST", "/v1/customers/C-1001/support-requests")
    assert request.headers["idempotency-key"] == "key-1"
    assert request.headers["content-type"] == "application/json"
    assert NewSupportRequest.model_validate_json(request.content) == REQUEST


@pytest.mark.parametrize(
    ("customer_id", "path"),
    [
        ("C-1001/../C-1002", b"/v1/customers/C-1001%2F..%2FC-1002/credits"),
        ("a b?c#d", b"/v1/customers/a%20b%3Fc%23d/credits"),
        ("é", b"/v1/customers/%C3%A9/credits"),
    ],
)
async def test_an_odd_customer_id_stays_one_part_of_the_path(customer_id: str, path: bytes) -> None:
    network = Network(NO_CREDITS)
    async with client_of(network) as client:
        await client.credits(customer_id)
    assert network.sent[0].url.raw_path == path


@pytest.mark.parametrize("customer_id", ["", ".", "..", "..."])
async def test_an_id_that_is_no_name_is_not_sent(customer_id: str) -> None:
    network = Network(NO_CREDITS)
    async with client_of(network) as client:
        with pytest.raises(UnknownCustomer):
            await client.credits(customer_id)
    assert network.sent == []


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with BillingClient("http://127.0.0.1:2", "t", attempts=1) as client:
        with pytest.raises(BillingUnavailable) as caught:
            await client.balance("C-1001")
    assert "127.0.0.1:2" in str(caught.value.__cause__).replace(", port=", ":")


# Each failure in turn


@pytest.mark.parametrize(
    ("reply", "outcome", "cause"),
    [
        (httpx.Response(200, text="{"), "bad_answer", ValueError),
        (httpx.Response(200, text="<h1>Back soon</h1>"), "bad_answer", ValueError),
        (httpx.Response(200, text=""), "bad_answer", ValueError),
        (httpx.Response(200, json={}), "bad_answer", ValueError),
        (httpx.Response(200, json=[{"id": 1}]), "bad_answer", ValueError),
        (httpx.Response(204), "bad_answer", ValueError),
        (httpx.Response(302, headers={"Location": "/"}), "error_status", None),
        (httpx.Response(400), "error_status", None),
        (httpx.Response(401), "error_status", None),
        (httpx.Response(429), "error_status", None),
        (httpx.Response(500), "error_status", None),
        (httpx.Response(503), "error_status", None),
        (TimeoutError("x"), "timeout", TimeoutError),
        (ConnectionRefusedError("x"), "no_connection", ConnectionRefusedError),
        (ConnectionResetError("x"), "no_connection", ConnectionResetError),
    ],
    ids=lambda value: getattr(value, "status_code", None) and f"{value.status_code}{value.text}",
)
@pytest.mark.parametrize("operation", ["read", "write"])
async def test_every_failure_is_billing_unavailable(
    reply: Reply, outcome: str, cause: type[Exception] | None, operation: str
) -> None:
    async with client_of(Network(reply)) as client:
        calls = {
            "read": lambda: client.credits("C-1001"),
            "write": lambda: client.create_support_request("C-1001", REQUEST, "key"),
        }
        with pytest.raises(BillingUnavailable) as caught:
            await calls[operation]()
    assert caught.value.outcome == outcome
    if cause:
        assert isinstance(caught.value.__cause__, cause)


@pytest.mark.parametrize("operation", ["credits", "customer"])
async def test_a_failure_tells_nothing_about_the_customer(operation: str) -> None:
    customer_id = "C-1006"
    answer = httpx.Response(200, json=[{"id": "Sanne Jansen"}])
    async with client_of(Network(answer)) as client:
        with pytest.raises(BillingUnavailable) as caught:
            await getattr(client, operation)(customer_id)
    told = "".join(traceback.format_exception(caught.value))
    assert operation in told
    assert "Sanne" not in told
    assert "C-1006" not in told


async def test_a_404_is_an_unknown_customer() -> None:
    async with client_of(Network(httpx.Response(404))) as client:
        with pytest.raises(UnknownCustomer):
            await client.balance("C-9999")
        with pytest.raises(UnknownCustomer):
            await client.create_support_request("C-9999", REQUEST, "key")


# Deadlines


async def hang() -> None:
    await asyncio.sleep(60)


async def test_R6_every_call_has_a_deadline() -> None:
    async with client_of(Network(hang), timeout=0.05, attempts=1, breaker_failures=99) as client:
        calls = [getattr(client, operation)("C-1001") for operation in READS]
        calls += [
            client.invoice("C-1001", "E1"),
            client.create_support_request("C-1001", REQUEST, "key"),
        ]
        started = time.monotonic()
        for call in calls:
            assert await outcome_of(call) == "timeout"
        assert time.monotonic() - started < 2 * len(calls)


async def test_R6_with_the_settings_as_they_come_a_read_ends_within_four_seconds() -> None:
    settings = Settings()
    network = Network(hang)
    async with client_of(
        network, timeout=settings.billing_timeout, attempts=settings.billing_attempts
    ) as client:
        started = time.monotonic()
        assert await outcome_of(client.balance("C-1001")) == "timeout"
        assert time.monotonic() - started < 4
    assert len(network.sent) == 2


@asynccontextmanager
async def socket_that(handle: Callable[[asyncio.StreamWriter], Any]) -> AsyncIterator[str]:
    """A server on a real socket that answers each connection with `handle`."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_R6_an_answer_that_drips_is_cut_off() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b"[")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with (
        socket_that(drip) as address,
        BillingClient(address, "t", timeout=0.3, attempts=1) as client,
    ):
        started = time.monotonic()
        assert await outcome_of(client.credits("C-1001")) == "timeout"
        assert time.monotonic() - started < 4


async def test_a_silent_server_is_a_timeout() -> None:
    async with (
        socket_that(lambda _: asyncio.sleep(5)) as address,
        BillingClient(address, "t", timeout=0.2, attempts=1) as client,
    ):
        assert await outcome_of(client.credits("C-1001")) == "timeout"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
    ids=["nothing", "half an answer", "no gzip", "no HTTP", "no chunks"],
)
async def test_a_server_that_speaks_no_http_is_no_connection(answer: bytes) -> None:
    async def babble(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with (
        socket_that(babble) as address,
        BillingClient(address, "t", attempts=1) as client,
    ):
        assert await outcome_of(client.credits("C-1001")) == "no_connection"


async def test_a_server_that_hangs_up_is_no_connection() -> None:
    async with (
        socket_that(lambda _: asyncio.sleep(0)) as address,
        BillingClient(address, "t", attempts=1) as client,
    ):
        assert await outcome_of(client.credits("C-1001")) == "no_connection"


# Retries


@pytest.mark.parametrize(
    "failure",
    [httpx.Response(500), httpx.Response(503), ConnectionRefusedError("x"), TimeoutError("x")],
    ids=repr,
)
async def test_R6_a_read_that_fails_once_is_tried_again(failure: Reply) -> None:
    network = Network(failure, NO_CREDITS)
    async with client_of(network) as client:
        assert await client.credits("C-1001") == []
    assert len(network.sent) == 2


async def test_R6_a_read_is_tried_as_often_as_set_and_no_more() -> None:
    network = Network(httpx.Response(500))
    async with client_of(network, attempts=3) as client:
        assert await outcome_of(client.credits("C-1001")) == "error_status"
    assert len(network.sent) == 3


@pytest.mark.parametrize(
    "failure",
    [httpx.Response(500), ConnectionRefusedError("x"), TimeoutError("x"), httpx.Response(409)],
    ids=repr,
)
async def test_R6_a_write_is_never_tried_again(failure: Reply) -> None:
    network = Network(failure)
    async with client_of(network) as client:
        with pytest.raises(BillingUnavailable):
            await client.create_support_request("C-1001", REQUEST, "key")
    assert len(network.sent) == 1


@pytest.mark.parametrize("status", [200, 400, 401, 422])
async def test_a_read_that_would_fail_again_is_not_tried_again(status: int) -> None:
    network = Network(httpx.Response(status, text="{"))
    async with client_of(network) as client:
        with pytest.raises(BillingUnavailable):
            await client.credits("C-1001")
    assert len(network.sent) == 1


# The circuit breaker


async def fail_times(client: BillingClient, times: int) -> None:
    for _ in range(times):
        with pytest.raises(BillingUnavailable):
            await client.credits("C-1001")


async def test_R6_a_dead_backend_is_left_alone_and_asked_again_after_a_pause() -> None:
    network = Network(*[ConnectionRefusedError("x")] * 3, NO_CREDITS)
    async with client_of(network, attempts=1, breaker_failures=3, breaker_pause=1) as client:
        await fail_times(client, 3)
        for _ in range(20):
            assert await outcome_of(client.credits("C-1001")) == "left_alone"
        write = client.create_support_request("C-1001", REQUEST, "key")
        assert await outcome_of(write) == "left_alone"
        assert len(network.sent) == 3
        await asyncio.sleep(1.1)
        assert await client.credits("C-1001") == []
        assert await client.credits("C-1001") == []
        assert len(network.sent) == 5


async def test_R6_a_backend_that_is_still_dead_after_the_pause_is_left_alone_again() -> None:
    network = Network(ConnectionRefusedError("x"))
    async with client_of(network, attempts=1, breaker_failures=3, breaker_pause=1) as client:
        await fail_times(client, 3)
        await asyncio.sleep(1.1)
        assert await outcome_of(client.credits("C-1001")) == "no_connection"
        assert await outcome_of(client.credits("C-1001")) == "left_alone"
        assert len(network.sent) == 4


async def test_R6_retries_stop_when_the_breaker_opens() -> None:
    network = Network(ConnectionRefusedError("x"))
    async with client_of(network, attempts=10, breaker_failures=2) as client:
        assert await outcome_of(client.credits("C-1001")) == "left_alone"
    assert len(network.sent) == 2


async def test_a_success_between_failures_keeps_the_breaker_closed() -> None:
    network = Network(*[ConnectionRefusedError("x"), NO_CREDITS] * 10)
    async with client_of(network, attempts=1, breaker_failures=2) as client:
        for _ in range(9):
            await fail_times(client, 1)
            await client.credits("C-1001")


@pytest.mark.parametrize("status", [400, 401, 404, 409, 429])
async def test_a_backend_that_says_no_is_not_dead(status: int) -> None:
    network = Network(httpx.Response(status))
    async with client_of(network, attempts=1, breaker_failures=2) as client:
        for _ in range(5):
            with pytest.raises((BillingUnavailable, UnknownCustomer)):
                await client.credits("C-1001")
    assert len(network.sent) == 5


async def test_a_call_that_its_caller_gives_up_says_nothing_about_the_backend() -> None:
    failure = ConnectionRefusedError("x")
    network = Network(failure, hang, failure)
    async with client_of(network, attempts=1, breaker_failures=2) as client:
        await fail_times(client, 1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.credits("C-1001")
        await fail_times(client, 1)
        # Had the call that was given up counted as a success, this one would be sent.
        assert await outcome_of(client.credits("C-1001")) == "left_alone"


# What is logged


async def test_each_attempt_is_logged_without_personal_data(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    network = Network(httpx.Response(500), NO_CREDITS, httpx.Response(404))
    with capture_logs() as logs:
        async with client_of(network) as client:
            await client.credits("C-1006")
            with pytest.raises(UnknownCustomer):
                await client.balance("C-1006")
    calls = [entry for entry in logs if entry["event"] == "billing.call"]
    assert [(entry["operation"], entry["outcome"]) for entry in calls] == [
        ("credits", "error_status"),
        ("credits", "ok"),
        ("balance", "unknown_customer"),
    ]
    assert all(
        set(entry) == {"event", "log_level", "operation", "outcome", "duration_ms"}
        for entry in calls
    )
    assert "C-1006" not in str(logs)
    assert "C-1006" not in caplog.text


async def test_a_call_that_is_given_up_is_logged_too() -> None:
    with capture_logs() as logs:
        async with client_of(Network(hang)) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.credits("C-1001")
    assert [entry["outcome"] for entry in logs] == ["aborted"]


def test_the_client_comes_without_the_service() -> None:
    script = (
        "import sys, balie.billing.client\n"
        "heavy = {'fastapi', 'starlette', 'sqlalchemy', 'alembic', 'uvicorn'}\n"
        "sys.exit(','.join(heavy & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# Against the stub itself, over a real socket


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'billing.db'}"


@asynccontextmanager
async def stub_and_client(
    settings: Settings, serve: Serve
) -> AsyncIterator[tuple[BillingClient, httpx.AsyncClient]]:
    token = settings.billing_token.get_secret_value()
    with serve(create_app(settings)) as address:
        reachable = settings.model_copy(update={"billing_url": address})
        async with (
            BillingClient.from_settings(reachable) as client,
            httpx.AsyncClient(
                base_url=address, headers={"Authorization": f"Bearer {token}"}
            ) as raw,
        ):
            yield client, raw


async def test_client_and_stub_understand_each_other(settings: Settings, serve: Serve) -> None:
    kinds: dict[str, type] = {
        "subscriptions": Subscription,
        "invoices": InvoiceSummary,
        "payment_methods": PaymentMethod,
        "charges": Charge,
        "billing_profiles": BillingProfile,
        "credits": AzureCredit,
    }
    async with stub_and_client(settings, serve) as (client, _):
        for operation, kind in kinds.items():
            rows = await getattr(client, operation)("C-1002")
            assert rows
            assert all(type(row) is kind for row in rows)
        assert type(await client.customer("C-1002")) is Customer
        assert type(await client.balance("C-1002")) is Balance
        assert type(await client.invoice_eligibility("C-1002")) is InvoiceEligibility
        assert type(await client.invoice("C-1002", "E10020001")) is Invoice
        first = await client.create_support_request("C-1002", REQUEST, "key")
        again = await client.create_support_request("C-1002", REQUEST, "key")
        assert type(first) is SupportRequest
        assert first == again
        with pytest.raises(UnknownCustomer):
            await client.balance("C-9999")
        with pytest.raises(UnknownCustomer):
            await client.invoice("C-1002", "E10010001")


async def test_R6_faults_of_the_stub_are_survived_and_recovered_from(
    settings: Settings, serve: Serve
) -> None:
    fast = settings.model_copy(
        update={"billing_timeout": 0.3, "breaker_failures": 99, "billing_attempts": 1}
    )
    async with stub_and_client(fast, serve) as (client, raw):
        for fault, outcome in (
            ({"kind": "latency", "seconds": 2}, "timeout"),
            ({"kind": "status", "status": 500}, "error_status"),
            ({"kind": "refuse"}, "no_connection"),
            ({"kind": "garbage"}, "bad_answer"),
        ):
            await raw.post("/v1/demo/faults", json=fault)
            assert await outcome_of(client.balance("C-1001")) == outcome
        await raw.post("/v1/demo/faults", json={"kind": "off"})
        assert (await client.balance("C-1001")).total


async def test_R6_a_backend_that_is_not_there_is_found_again_when_it_comes(
    settings: Settings, serve: Serve, free_port: int
) -> None:
    impatient = settings.model_copy(
        update={"billing_port": free_port, "breaker_failures": 2, "breaker_pause": 1}
    )
    async with BillingClient.from_settings(impatient) as client:
        assert await outcome_of(client.customer("C-1001")) == "no_connection"
        assert await outcome_of(client.customer("C-1001")) == "left_alone"
        with serve(create_app(settings), free_port):
            await asyncio.sleep(1.1)
            assert (await client.customer("C-1001")).id == "C-1001"
        assert await outcome_of(client.customer("C-1001")) == "no_connection"


async def test_a_wrong_token_is_a_failure(settings: Settings, serve: Serve) -> None:
    with serve(create_app(settings)) as address:
        async with BillingClient(address, "wrong") as client:
            with pytest.raises(BillingUnavailable) as caught:
                await client.customer("C-1001")
    assert caught.value.status == 401
