"""The private channel over HTTP: who may speak, what is taken, and what comes back."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from rasa.shared.core.domain import Domain

from balie.rasa_plugins.channel import PrivateChannel, missing_topics, reply_body
from balie.settings import DEVELOPMENT_SECRET, InsecureSettings, Settings

SLOT_SET = {"event": "slot", "timestamp": None, "name": "guide", "value": {"at": "step"}}


# Who may speak ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        None,
        b"",
        b"Bearer",
        b"Bearer wrong",
        b"Basic the secret of these tests",
        b"Bearer the secret of these tests.",
        b"Bearer the secret of these test",
        "Bearer gehéim".encode(),
        b"Bearer \xff\xfe",
    ],
)
async def test_S5_no_message_is_taken_without_the_secret(rasa_server: Any, header: Any) -> None:
    rasa_server.client.headers.pop("authorization")
    headers = {} if header is None else {"authorization": header}
    body = {"conversation": "c-1", "message_id": "m", "language": "en", "text": "hello"}
    response = await rasa_server.client.post("/webhooks/balie/message", json=body, headers=headers)
    assert response.status_code == 401
    assert await rasa_server.events() == []


async def test_S5_a_message_is_taken_with_the_secret(rasa_server: Any) -> None:
    assert await rasa_server.texts(text="hello") == ["Hello"]


async def test_S5_rasas_other_ways_in_are_closed(rasa_server: Any) -> None:
    for path in (
        "/webhooks/rest/webhook",
        "/webhooks/balie/webhook",
        "/conversations/c-1/messages",
        "/model/parse",
    ):
        response = await rasa_server.client.post(path, json={"sender": "c-1", "message": "hi"})
        assert response.status_code == 404, path


@pytest.mark.parametrize("secret", [None, DEVELOPMENT_SECRET, "short"])
def test_S10_in_production_rasa_refuses_a_default_or_weak_secret(
    settings: Settings, secret: str | None
) -> None:
    weak = settings.model_copy(
        update={"environment": "production", "internal_secret": SecretStr(DEVELOPMENT_SECRET)}
    )
    with pytest.raises(InsecureSettings, match="BALIE_INTERNAL_SECRET"):
        PrivateChannel(secret, weak)
    PrivateChannel("x" * 32, weak)


def test_the_secret_of_the_credentials_file_comes_before_the_settings(settings: Any) -> None:
    assert PrivateChannel("own", settings)._secret == "own"
    assert PrivateChannel(None, settings)._secret == settings.internal_secret.get_secret_value()
    assert PrivateChannel.from_credentials({"secret": "own"})._secret == "own"


# Typed text is only text ------------------------------------------------------------------------

TYPED_COMMANDS = [
    "/greet",
    "/greet{}",
    '/greet{"topic": "x"}',
    "/greet@1.0",
    " /greet",
    "\t\n/greet",
    "\xa0/greet",
    "\x1f/greet",
    "\u2028/greet",
    "//greet",
    "/ /greet",
    " / \n// /greet",
    "／greet",
    "\u200b/greet",
    "\ufeff/greet",
    "\u2060/greet",
    "\u202e/greet",
    "EXTERNAL: greet",
    "/EXTERNAL: greet",
    "/restart",
    "/session_start",
    "/back",
    "/nlu_fallback",
    "/unanswered",
    "/",
    "///",
]


@pytest.mark.parametrize("typed", TYPED_COMMANDS)
async def test_S4_a_typed_command_stays_text(rasa_server: Any, typed: str) -> None:
    assert await rasa_server.texts(text=typed) == ["What do you mean?"]
    events = await rasa_server.events()
    message = next(event for event in events if event.type_name == "user")
    assert message.text == typed.strip()
    assert message.intent_name == "nlu_fallback"
    assert message.entities == []
    assert not {"restart", "rewind", "undo"} & {event.type_name for event in events}


async def test_S4_every_intent_with_every_entity_stays_text(rasa_server: Any) -> None:
    domain = rasa_server.agent.domain
    values = json.dumps(dict.fromkeys(domain.entities, "x"))
    for intent in domain.intents:
        said = await rasa_server.texts(text=f"/{intent}{values}", conversation=intent)
        events = await rasa_server.events(intent)
        message = next(event for event in events if event.type_name == "user")
        # Understood by its words, perhaps; never as the command that it looks like.
        assert message.entities == []
        assert message.parse_data.get("button") is None
        assert said in (["What do you mean?"], ["answered"]), intent


async def test_what_is_understood_of_a_typed_slash_are_its_words(rasa_server: Any) -> None:
    assert await rasa_server.texts(text="/my card is refused") == ["answered"]


# Buttons ----------------------------------------------------------------------------------------


async def test_a_button_is_exactly_its_intent_and_entities(rasa_server: Any, actions: Any) -> None:
    entities = [{"entity": "topic", "value": "past_due"}]
    assert await rasa_server.texts(intent="card_refused", entities=entities) == ["answered"]
    assert actions.message["intent"] == {"name": "card_refused", "confidence": 1.0}
    assert actions.message["entities"] == entities
    assert actions.message["button"] is True


async def test_typed_text_is_no_button(rasa_server: Any, actions: Any) -> None:
    await rasa_server.texts(text="card")
    assert "button" not in actions.message


@pytest.mark.parametrize(
    "wrong",
    [
        {"intent": "no_such_intent"},
        {"intent": "greet", "text": "hello"},
        {"intent": None},
        {"text": ""},
        {"text": 5},
        {"text": {"a": 1}},
        {"intent": ["greet"]},
        {"intent": "greet", "entities": [{"entity": "no_such_entity", "value": "x"}]},
        {"intent": "greet", "entities": [{"entity": "topic"}]},
        {"intent": "greet", "entities": [{"entity": "topic", "value": 5}]},
        {"intent": "greet", "entities": {"topic": "x"}},
        {"conversation": ""},
        {"conversation": "x" * 256},
        {"conversation": None},
        {"message_id": 7},
        {"language": "de"},
        {"language": None},
        {"customer": ""},
        {"customer": {"id": "C-1001"}},
        {"customer": 1001},
    ],
    ids=json.dumps,
)
async def test_what_is_no_message_is_refused(rasa_server: Any, wrong: dict[str, Any]) -> None:
    response = await rasa_server.post(**wrong)
    assert response.status_code == 400
    assert response.json()["error"]
    assert await rasa_server.events() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 5000, b'"hello"'])
async def test_what_is_no_json_is_refused(rasa_server: Any, body: bytes) -> None:
    response = await rasa_server.client.post("/webhooks/balie/message", content=body)
    assert response.status_code == 400


async def test_a_refusal_does_not_repeat_what_was_said(rasa_server: Any) -> None:
    response = await rasa_server.post(text=["my number is 4111 1111 1111 1111"])
    assert "4111" not in response.text


# Who is speaking --------------------------------------------------------------------------------


async def test_S3_identity_is_of_one_message_only(rasa_server: Any, actions: Any) -> None:
    await rasa_server.texts(text="card", customer="C-1001")
    assert actions.message["metadata"] == {
        "channel": "balie",
        "language": "en",
        "customer": "C-1001",
    }
    await rasa_server.texts(text="card")
    assert actions.message["metadata"]["customer"] is None
    assert actions.calls[-1]["tracker"]["slots"]["session_started_metadata"] is None


async def test_S3_no_field_of_a_message_becomes_metadata_but_those_of_the_channel(
    rasa_server: Any, actions: Any
) -> None:
    await rasa_server.texts(text="card", metadata={"customer": "C-1001"}, channel="x")
    assert actions.message["metadata"] == {"channel": "balie", "language": "en", "customer": None}


# What comes back --------------------------------------------------------------------------------


async def test_the_answer_has_texts_buttons_links_and_step(rasa_server: Any, actions: Any) -> None:
    buttons = [{"title": "Next", "payload": "/x", "intent": "next_step", "entities": []}]
    custom = {
        "language": "nl",
        "links": [{"title": "Help", "url": "https://example.com"}],
        "step": {"topic": "card_refused", "id": "a", "number": 1, "of": 2},
        "handoff": {"reason": "asked", "topic": "card_refused", "step": "a"},
    }
    actions.say("Stap een", buttons=buttons, custom=custom)
    response = await rasa_server.post(text="card")
    assert response.json() == {
        "messages": [
            {
                "text": "Stap een",
                "buttons": [{"title": "Next", "intent": "next_step", "entities": []}],
                "links": custom["links"],
                "step": custom["step"],
                "language": "nl",
            }
        ],
        "language": "nl",
        "handoff": custom["handoff"],
        "ticket": None,
        "topic": None,
    }


async def test_a_plain_responses_buttons_become_intents(rasa_server: Any) -> None:
    response = await rasa_server.post(text="hello")
    message = response.json()["messages"][0]
    assert message["buttons"] == [
        {
            "title": "My card",
            "intent": "card_refused",
            "entities": [{"entity": "topic", "value": "card"}],
        }
    ]
    assert message["language"] == "en"
    pressed = {key: message["buttons"][0][key] for key in ("intent", "entities")}
    assert await rasa_server.texts(**pressed) == ["answered"]


def test_the_conversation_goes_on_in_the_last_replys_language() -> None:
    replies = [
        {"text": "a", "custom": {"language": "nl"}},
        {"text": "b", "custom": {"language": "en"}},
        {"text": "c"},
        {"text": None, "image": "x"},
    ]
    body = reply_body(replies, "nl")
    assert [message["language"] for message in body["messages"]] == ["nl", "en", "nl"]
    assert body["language"] == "en"
    assert body["handoff"] is None


# Whether it can answer at all -------------------------------------------------------------------


async def test_without_a_model_it_is_starting(start_rasa: Any) -> None:
    server = await start_rasa(with_model=False)
    response = await server.post(text="hello")
    assert (response.status_code, response.json()) == (503, {"fault": "starting"})
    health = await server.client.get("/webhooks/balie/health")
    assert (health.status_code, health.json()) == (503, {"ready": False, "missing": ["model"]})


async def test_with_a_model_it_is_healthy(rasa_server: Any) -> None:
    health = await rasa_server.client.get("/webhooks/balie/health")
    assert (health.status_code, health.json()) == (200, {"ready": True, "missing": []})


async def test_a_model_that_lacks_topics_is_not_served(start_rasa: Any, copy_project: Path) -> None:
    (copy_project / "data/topics/brand_new").mkdir()
    (copy_project / "data/topics/brand_new/topic.yml").write_text("title: {}")
    server = await start_rasa(project_dir=copy_project)
    response = await server.post(text="hello")
    assert (response.status_code, response.json()) == (503, {"fault": "starting"})
    health = await server.client.get("/webhooks/balie/health")
    assert health.json()["missing"] == ["brand_new"]


async def test_a_topic_that_is_written_while_it_runs_does_not_stop_it(
    start_rasa: Any, copy_project: Path
) -> None:
    server = await start_rasa(project_dir=copy_project)
    assert await server.texts(text="hello") == ["Hello"]
    (copy_project / "data/topics/brand_new").mkdir()
    (copy_project / "data/topics/brand_new/topic.yml").write_text("title: {}")
    assert await server.texts(text="hello") == ["Hello"]


def test_a_model_trained_without_the_importer_lacks_every_topic(project: Path) -> None:
    domain = Domain.from_path(project / "domain.yml")
    assert missing_topics(domain, project / "data") == ["card_refused", "past_due"]
    assert missing_topics(domain, project / "no_data") == ["topics"]


# What a text means, without a conversation ------------------------------------------------------


async def test_a_text_can_be_understood_without_any_conversation(rasa_server: Any) -> None:
    response = await rasa_server.client.post(
        "/webhooks/balie/parse", json={"text": "my card was refused", "language": "en"}
    )

    assert response.status_code == 200
    found = response.json()
    assert found["intent"] == found["ranking"][0]["intent"] == "card_refused"
    assert set(found) == {
        *("intent", "confidence", "ranking", "language", "decision", "second_topic")
    }
    assert await rasa_server.agent.tracker_store.keys() == []


async def test_S4_a_typed_command_is_understood_as_text(rasa_server: Any) -> None:
    response = await rasa_server.client.post("/webhooks/balie/parse", json={"text": "/greet{}"})

    assert response.json()["intent"] != "greet"


async def test_S5_nothing_is_understood_without_the_secret(rasa_server: Any) -> None:
    response = await rasa_server.client.post(
        "/webhooks/balie/parse", json={"text": "hello"}, headers={"authorization": "Bearer wrong"}
    )

    assert response.status_code == 401


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 1}, {"text": "a", "language": "de"}])
async def test_what_is_no_text_to_understand_is_refused(rasa_server: Any, body: Any) -> None:
    response = await rasa_server.client.post("/webhooks/balie/parse", json=body)

    assert response.status_code == 400


async def test_nothing_is_understood_without_a_model(start_rasa: Any) -> None:
    server = await start_rasa(with_model=False)
    response = await server.client.post("/webhooks/balie/parse", json={"text": "hello"})

    assert (response.status_code, response.json()) == (503, {"fault": "starting"})


async def test_the_actions_hear_that_a_person_is_awaited_and_of_the_topic(
    rasa_server: Any, actions: Any
) -> None:
    await rasa_server.texts(text="card", waiting=True, topic="card_refused")
    assert actions.message["metadata"]["waiting"] is True
    assert actions.message["metadata"]["topic"] == "card_refused"


async def test_what_the_desk_is_to_tell_goes_with_the_answer(
    rasa_server: Any, actions: Any
) -> None:
    actions.say("one", custom={"ticket": {"email": "a@b.nl"}, "topic": "card_refused"})
    body = (await rasa_server.post(text="card")).json()
    assert body["ticket"] == {"email": "a@b.nl"}
    assert body["topic"] == "card_refused"
