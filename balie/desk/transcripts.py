"""A conversation as plain text that people can keep."""

from collections.abc import Sequence

from balie.desk.tables import Conversation, Message
from balie.desk.voice import Voice


def transcript(conversation: Conversation, messages: Sequence[Message], voice: Voice) -> str:
    """Who said what and when, in the conversation's language; the texts are masked."""
    language = conversation.language
    title = voice.say("transcript_title", language, day=conversation.created_at)
    entries = [
        f"{voice.moment(message.at, language)} {voice.say(f'author_{message.author}', language)}\n"
        + "\n".join([message.text.replace("**", ""), *map(_link, message.links)])
        for message in messages
    ]
    return "\n\n".join([title, *entries]) + "\n"


def _link(link: dict[str, str]) -> str:
    return f"{link['title']}: {link['url']}"
