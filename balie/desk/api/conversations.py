"""Beginning a conversation, signing in, changing its language, its transcript and its end."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body, Request
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, PlainTextResponse, Response

from balie.content import Language
from balie.desk import clock
from balie.desk.api.common import (
    PROBLEMS,
    CallerLanguage,
    Desk,
    OwnConversation,
    refuse_if_too_often,
)
from balie.desk.conversations import (
    add_message,
    lock_conversation,
    messages_after,
    new_conversation,
    read_conversation,
    signed_in_customer,
)
from balie.desk.middleware import caller_address
from balie.desk.problems import Problem
from balie.desk.schemas import (
    ChosenLanguage,
    CustomerToken,
    Feedback,
    Messages,
    NewConversation,
    Started,
    message_view,
)
from balie.desk.services import Services
from balie.desk.sign_in import sign_in
from balie.desk.tables import Conversation, Message
from balie.desk.tickets import Contact, tell_customer, tell_of_ticket
from balie.desk.tokens import BadToken, Identity
from balie.desk.transcripts import transcript

router = APIRouter(prefix="/conversations", tags=["conversations"], responses=PROBLEMS)


@router.post("", status_code=201, response_model=Started)
async def start_conversation(
    request: Request,
    desk: Desk,
    caller_language: CallerLanguage,
    asked: Annotated[NewConversation | None, Body()] = None,
) -> Response:
    """Begin a conversation, without a body by the defaults.

    The greeting says that this is a program and how to reach a person.
    """
    body = asked or NewConversation()
    address = caller_address(request.scope)
    refuse_if_too_often(await desk.rates.wait_for_address("beginning", address))
    language = body.language or caller_language
    identity = _identify(desk, body.customer_token) if body.customer_token is not None else None

    def work(session: Session) -> tuple[str, Message]:
        conversation = new_conversation(session, language)
        if identity:
            sign_in(session, conversation, identity, desk.fingerprints)
        return conversation.id, _greet(session, conversation, desk, body.topic)

    conversation_id, greeting = await desk.database.write(work)
    started = {
        "id": conversation_id,
        "token": desk.tokens.issue(conversation_id),
        "language": language,
        "messages": [message_view(greeting)],
    }
    return JSONResponse(started, status_code=201, headers={"Cache-Control": "no-store"})


@router.put("/{conversation_id}/customer", response_model=Messages)
async def sign_customer_in(
    conversation_id: OwnConversation, body: CustomerToken, desk: Desk
) -> Response:
    """Sign the visitor in. A conversation belongs to one customer for good; a token works once."""
    identity = _identify(desk, body.customer_token)

    def work(session: Session, conversation: Conversation) -> Message | None:
        was_signed_in = signed_in_customer(conversation, clock.now()) is not None
        sign_in(session, conversation, identity, desk.fingerprints)
        tell_customer(session, conversation)
        if was_signed_in:  # a fresh token of each page that is opened
            return None
        text = desk.voice.say("signed_in", conversation.language)
        return add_message(session, conversation, "system", text)

    return await _say(desk, conversation_id, work)


@router.put("/{conversation_id}/language", response_model=Messages)
async def change_language(
    conversation_id: OwnConversation, body: ChosenLanguage, desk: Desk
) -> Response:
    """Go on in another language."""

    def work(session: Session, conversation: Conversation) -> Message:
        conversation.language = body.language
        text = desk.voice.say("language_changed", body.language)
        return add_message(session, conversation, "system", text)

    return await _say(desk, conversation_id, work)


@router.post("/{conversation_id}/feedback", response_model=Messages)
async def give_feedback(conversation_id: OwnConversation, body: Feedback, desk: Desk) -> Response:
    """Say whether the question was solved; where it was not, a person is offered."""

    def work(session: Session, conversation: Conversation) -> Message:
        conversation.solved = body.solved
        language = conversation.language
        if body.solved:
            text = desk.voice.say("feedback_solved", language)
            return add_message(session, conversation, "system", text)
        # Whoever waits for a person already is not offered one.
        told = tell_of_ticket(session, conversation, desk.voice, Contact())
        if told is not None:
            return told
        text = desk.voice.say("feedback_unsolved", language)
        person = desk.voice.person_button(language)
        return add_message(session, conversation, "assistant", text, buttons=[person])

    return await _say(desk, conversation_id, work)


@router.get("/{conversation_id}/transcript", response_class=PlainTextResponse)
async def read_transcript(conversation_id: OwnConversation, desk: Desk) -> Response:
    """The conversation as plain text."""

    def work(session: Session) -> str:
        conversation = read_conversation(session, conversation_id)
        messages = messages_after(session, conversation_id, 0)
        return transcript(conversation, messages, desk.voice)

    text = await desk.database.read(work)
    return PlainTextResponse(text, headers={"Cache-Control": "no-store"})


@router.delete("/{conversation_id}", status_code=204)
async def erase_conversation(conversation_id: OwnConversation, desk: Desk) -> Response:
    """Erase the conversation, its tickets and what Rasa keeps of it; twice is a success too."""
    await desk.erasure.erase(conversation_id)
    desk.hub.notify(conversation_id)
    return Response(status_code=204)


def _greet(
    session: Session, conversation: Conversation, desk: Services, topic: str | None
) -> Message:
    language: Language = conversation.language
    known_topic = topic if topic and desk.texts.topic_title(topic, language) else None
    conversation.topic = known_topic
    return add_message(
        session,
        conversation,
        "assistant",
        desk.voice.greeting(language, known_topic),
        buttons=desk.voice.greeting_buttons(language, known_topic),
    )


def _identify(desk: Services, token: str) -> Identity:
    try:
        return desk.customers.identify(token)
    except BadToken as error:
        raise Problem(401, "customer-token") from error


async def _say(
    desk: Services, conversation_id: str, work: Callable[[Session, Conversation], Message | None]
) -> Response:
    """Do `work` in the locked conversation, and answer with the message that it adds, if any."""

    def locked(session: Session) -> dict[str, object]:
        conversation = lock_conversation(session, conversation_id)
        message = work(session, conversation)
        messages = [message_view(message)] if message else []
        return {"messages": messages, "status": conversation.status}

    answer = await desk.database.write(locked)
    desk.hub.notify(conversation_id)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})
