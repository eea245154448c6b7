"""Which pages may call the API: our own, and those of sites that the settings name."""

from collections.abc import Callable

import pytest

from balie.desk.origins import BadOrigin, Origins
from balie.settings import Settings
from tests.desk.conftest import Desk
from tests.desk.test_problems import is_problem

SHOP = "https://www.example.com"


@pytest.fixture
def embedded(settings: Settings, open_desk: Callable[[Settings], Desk]) -> Desk:
    """A desk whose chat may be embedded by one shop."""
    return open_desk(settings.model_copy(update={"allowed_origins": SHOP, "frame_ancestors": SHOP}))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://www.example.com.evil.example"},
        {"Origin": "http://www.example.com"},
        {"Origin": "null"},
        {"Origin": "https://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_S9_a_page_of_another_site_is_refused_on_every_call_and_stream(
    embedded: Desk, headers: dict[str, str]
) -> None:
    conversation = embedded.start()
    calls = [
        (method.upper(), path)
        for path, methods in embedded.http.get("/openapi.json").json()["paths"].items()
        for method in methods
        if path.startswith("/api/")
    ]
    assert len(calls) > 12
    for method, path in calls:
        response = embedded.http.request(
            method,
            path.format(conversation_id=conversation.id),
            headers={"Authorization": f"Bearer {conversation.token}", **headers},
            json={"text": "hello"} if method == "POST" else None,
        )

        assert is_problem(response, 403, "origin"), (method, path)
        assert "access-control-allow-origin" not in response.headers
    assert len(conversation.messages()) == 1


def test_S9_our_own_pages_and_programs_may_call(desk: Desk) -> None:
    path = "/api/v1/conversations"
    for headers in (
        {},
        {"Origin": desk.url},
        {"Origin": desk.url, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ):
        assert desk.http.post(path, json={}, headers=headers).status_code == 201


def test_S9_behind_a_public_address_only_that_one_is_our_own(
    settings: Settings, open_desk: Callable[[Settings], Desk]
) -> None:
    desk = open_desk(settings.model_copy(update={"public_url": "https://help.example.com"}))
    path = "/api/v1/conversations"

    own = desk.http.post(path, json={}, headers={"Origin": "https://help.example.com"})
    assert own.status_code == 201
    rebound = {"Origin": "https://evil.example", "Host": "evil.example"}
    assert desk.http.post(path, json={}, headers=rebound).status_code == 403


def test_S9_a_site_that_embeds_the_chat_may_call_and_read(embedded: Desk) -> None:
    asked = embedded.http.options(
        "/api/v1/conversations",
        headers={
            "Origin": SHOP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        },
    )
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == SHOP
    answer = embedded.http.post("/api/v1/conversations", json={}, headers={"Origin": SHOP})
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in answer.headers
    refused = embedded.http.get("/api/v1/nowhere", headers={"Origin": SHOP})
    assert refused.status_code == 404
    assert refused.headers["access-control-allow-origin"] == SHOP


def test_S9_nobody_else_is_told_that_they_may(embedded: Desk) -> None:
    asked = embedded.http.options(
        "/api/v1/conversations",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )

    assert is_problem(asked, 403, "origin")
    assert "access-control-allow-origin" not in asked.headers


def test_S7_only_sites_of_the_settings_may_show_our_pages_in_a_frame(
    desk: Desk, embedded: Desk
) -> None:
    ours = desk.http.get("/health").headers["content-security-policy"]
    theirs = embedded.http.get("/health").headers["content-security-policy"]

    assert "frame-ancestors 'none'" in ours
    assert theirs.endswith(f"frame-ancestors {SHOP}")


@pytest.mark.parametrize(
    "written", ["*", "www.example.com", "https://a.example/path", "https://a; script-src *"]
)
def test_what_is_no_origin_is_refused_at_the_start(settings: Settings, written: str) -> None:
    for name in ("allowed_origins", "frame_ancestors", "public_url"):
        with pytest.raises(BadOrigin, match=r"like https://www\.example\.com"):
            Origins.create(settings.model_copy(update={name: written}))
