"""Calls of the action server go over one kept connection and give up in time."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_lean.fixes import action_connections


class Server:
    """An action server on a socket that tells who called it and how."""

    def __init__(self) -> None:
        self.connections: list[object] = []
        self.headers: list[dict[str, str]] = []
        self.wait = 0.0
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.connections.append(request.transport)
        self.headers.append(dict(request.headers))
        await asyncio.sleep(self.wait)
        if request.path == "/broken":
            return web.json_response({"error": "no"}, status=500)
        response = web.json_response({"events": [], "responses": []})
        response.set_cookie("customer", "C-1001")
        return response


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    served = Server()
    app = web.Application()
    app.router.add_post("/{path:.*}", served.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    served.url = f"http://{address[0]}:{address[1]}"
    yield served
    await runner.cleanup()


async def test_calls_reuse_one_connection(server: Server) -> None:
    endpoint = EndpointConfig(server.url)
    for _ in range(5):
        assert await endpoint.request(json={"next_action": "x"}) == {"events": [], "responses": []}
    assert len(server.connections) == 5
    assert len(set(server.connections)) == 1


async def test_a_failed_call_does_not_spoil_the_next(server: Server) -> None:
    endpoint = EndpointConfig(server.url)
    with pytest.raises(ClientResponseError, match="500"):
        await endpoint.request(subpath="broken")
    assert await endpoint.request() is not None


async def test_calls_at_once_do_not_wait_for_each_other(server: Server) -> None:
    server.wait = 0.3
    endpoint = EndpointConfig(server.url)
    async with asyncio.timeout(15):  # one after another they would take 45 seconds
        await asyncio.gather(*(endpoint.request() for _ in range(150)))


async def test_a_hanging_server_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASA_LEAN_ACTION_TIMEOUT", "0.2")
    server.wait = 30
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5):
            await EndpointConfig(server.url).request()
    assert len(server.connections) == 1, "the server was reached; it is its answer that is missing"


async def test_each_endpoint_sends_its_own_credentials(server: Server) -> None:
    for secret in ("one", "two", "three"):
        endpoint = EndpointConfig(
            server.url,
            headers={"X-Secret": secret},
            basic_auth={"username": secret, "password": "pw"},
        )
        await endpoint.request()
        del endpoint  # the next one may well lie at the same place in memory
        gc.collect()
    assert [each["X-Secret"] for each in server.headers] == ["one", "two", "three"]
    assert len({each["Authorization"] for each in server.headers}) == 3


async def test_headers_that_change_between_calls_are_sent_as_they_are_now(server: Server) -> None:
    endpoint = EndpointConfig(server.url, headers={"X-Secret": "old"})
    await endpoint.request()
    endpoint.headers["X-Secret"] = "new"
    await endpoint.request()
    assert [each["X-Secret"] for each in server.headers] == ["old", "new"]


async def test_cookies_of_one_call_are_not_sent_with_the_next(server: Server) -> None:
    endpoint = EndpointConfig(server.url)
    await endpoint.request()
    await endpoint.request()
    assert all("Cookie" not in each for each in server.headers)


async def test_the_connection_is_closed_before_the_action_server_would(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanic.config import DEFAULT_CONFIG

    assert DEFAULT_CONFIG["KEEP_ALIVE_TIMEOUT"] > action_connections.KEEP_ALIVE
    monkeypatch.setattr(action_connections, "KEEP_ALIVE", 0.1)
    endpoint = EndpointConfig(server.url)
    await endpoint.request()
    await asyncio.sleep(0.3)
    await endpoint.request()
    assert len(set(server.connections)) == 2


async def test_a_server_that_was_restarted_is_reached_again() -> None:
    connections = []
    port = 0
    endpoint = None
    for _ in range(2):
        served = Server()
        app = web.Application()
        app.router.add_post("/{path:.*}", served.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        port = runner.addresses[0][1]
        endpoint = endpoint or EndpointConfig(f"http://127.0.0.1:{port}")
        assert await endpoint.request() is not None
        connections += served.connections
        await runner.cleanup()
    assert len(connections) == 2


def test_an_endpoint_works_in_one_event_loop_after_another_and_ends_quietly(
    run_python: Callable[..., str],
) -> None:
    printed = run_python(CALLS_IN_TWO_LOOPS, arguments=("-X", "dev"))
    assert printed.splitlines()[-1] == "done"
    assert "Unclosed" not in printed


CALLS_IN_TWO_LOOPS = """
    import asyncio
    import logging

    import structlog
    from aiohttp import web
    from rasa.utils.endpoints import EndpointConfig

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    endpoint = EndpointConfig("")

    async def answer(request):
        return web.json_response({"events": []})

    async def call():
        app = web.Application()
        app.router.add_post("/", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        endpoint.url = "http://127.0.0.1:%d/" % runner.addresses[0][1]
        assert await endpoint.request() == {"events": []}
        await runner.cleanup()

    asyncio.run(call())
    asyncio.run(call())
    print("done")
"""


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, -2.5, None, True, 'é € 😀 " \\ / \n \u2028'], "": {}},
        {"large": 2**63, "larger": 2**70, "small": 1e-9, "time": 1700000000.1234567},
        {"none": float("nan")},
        "</script>",
    ],
    ids=str,
)
def test_the_action_server_reads_what_it_always_read(value: object) -> None:
    read = json.loads(action_connections.as_json(value))
    assert repr(read) == repr(json.loads(json.dumps(value)))


def test_what_is_no_json_is_refused_as_ever() -> None:
    with pytest.raises(TypeError):
        action_connections.as_json({"key": object()})
