"""Rasa component: tokens with lemmas, by spaCy's rules and lookup tables."""

from __future__ import annotations

from functools import cache
from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from balie.content import LANGUAGES
from balie.nlu.fingerprint import code_fingerprint
from balie.nlu.text import well_formed


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LemmaTokenizer(Tokenizer):
    """Tokenizes in the message's language, without any trained spaCy pipeline.

    Rasa knows components by their class's name alone, and has a SpacyTokenizer of its own.
    """

    @staticmethod
    def required_packages() -> list[str]:
        """Python packages that the component needs."""
        return ["spacy", "spacy_lookups_data"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What Rasa's base class wants; intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """What Rasa's cache must know besides the class: the modules behind it."""
        return code_fingerprint()

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__({**self.get_default_config(), **config})

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of one attribute, white space left out."""
        return tokens_of(message.get(attribute), message.get("language") or LANGUAGES[0])


def tokens_of(text: str, language: str) -> list[Token]:
    """The tokens of a text in a language, with their lemmas; white space is left out."""
    whole = well_formed(text)
    return [
        Token(whole[token.idx : token.idx + len(token)], token.idx, lemma=token.lemma_)
        for token in pipeline_for(language)(_lower(whole))
        if not token.is_space
    ]


def _lower(text: str) -> str:
    """The text in lower case, as the lookup tables are, unless that would move its letters."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text


@cache
def pipeline_for(language: str) -> Language:
    """spaCy's rules for a language with lemmas from lookup tables; loaded once a process."""
    pipeline = spacy.blank(language)
    pipeline.add_pipe("lemmatizer", config={"mode": "lookup"})
    pipeline.initialize()
    return pipeline
