"""A tiny pipeline, trained once, for the tests of the understanding part."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from balie.nlu.classifier import NgramClassifier
from balie.nlu.decision import Decider
from balie.nlu.language import LanguageDetector
from balie.nlu.tokenizer import LemmaTokenizer

EXAMPLES = {
    ("payment_declined", "en"): """
        my card was refused
        why was the card declined this morning
        the bank refused the payment
        payment declined, what now
        your system declines my visa card""",
    ("payment_declined", "nl"): """
        mijn kaart werd geweigerd
        waarom is de betaling geweigerd
        de bank weigert de kaart
        betaling geweigerd, wat nu
        mijn pas wordt niet aanvaard""",
    ("pay_by_invoice", "en"): """
        can I pay by invoice
        we want to pay by bank transfer instead of card
        how do I request invoice payment
        is paying by invoice possible for us
        switch to invoice payment please""",
    ("pay_by_invoice", "nl"): """
        kan ik op factuur betalen
        wij willen via overschrijving betalen
        hoe vraag ik betalen op factuur aan
        is betalen op factuur mogelijk
        graag overstappen op betalen per factuur""",
    ("next_step", "en"): "next\nnext step please\ngo on\ndone, what next\nand then",
    ("next_step", "nl"): "volgende\nvolgende stap graag\nga door\nklaar, en nu\nwat daarna",
    ("out_of_scope", "en"): """
        what is the weather tomorrow
        write a poem about the sea
        my laptop does not start
        who won the football match
        I forgot my password""",
    ("out_of_scope", "nl"): """
        wat voor weer wordt het morgen
        schrijf een gedicht over de zee
        mijn laptop start niet op
        wie won de wedstrijd gisteren
        ik ben mijn wachtwoord vergeten""",
}
COMPONENTS = (LanguageDetector, LemmaTokenizer, NgramClassifier, Decider)
CONTEXT = ExecutionContext(GraphSchema({}))


@dataclass
class Pipeline:
    """Components with what they were trained on, in the order of config.yml."""

    storage: LocalModelStorage
    data: list[TrainingData]  # what each component was trained on
    components: list

    def run(self, text, language=None, before=None, intent=None):
        """A message after all components, or those before the class `before`."""
        message = Message({"text": text, "metadata": {"language": language}})
        if intent:
            message.set("intent", intent)
        for component in self.components:
            if before is not None and isinstance(component, before):
                break
            [message] = component.process([message])
        return message

    def reload(self, component):
        """The same component, loaded anew from the storage."""
        return load(type(component), self.storage)


def examples():
    """Fresh messages as the importer makes them."""
    return [
        Message({"text": text.strip(), "intent": intent, "language": language})
        for (intent, language), block in EXAMPLES.items()
        for text in block.strip().splitlines()
    ]


def load(component, storage):
    """A component as Rasa loads it for prediction; one that is never trained is created."""
    method = component.load if hasattr(component, "train") else component.create
    return method(component.get_default_config(), storage, Resource(component.__name__), CONTEXT)


def train(folder: Path) -> Pipeline:
    """Train all components one after the other, as Rasa's graph does."""
    storage, data = LocalModelStorage(folder), TrainingData(examples())
    pipeline = Pipeline(storage, [], [])
    for kind in COMPONENTS:
        pipeline.data.append(data)
        if hasattr(kind, "train"):
            config, resource = kind.get_default_config(), Resource(kind.__name__)
            kind.create(config, storage, resource, CONTEXT).train(data)
        component = load(kind, storage)
        if hasattr(component, "process_training_data"):
            data = component.process_training_data(data)
        pipeline.components.append(component)
    return pipeline


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory):
    """The tiny pipeline."""
    return train(tmp_path_factory.mktemp("pipeline"))


@pytest.fixture
def another_pipeline(tmp_path):
    """The same, trained once more."""
    return train(tmp_path)


@pytest.fixture(scope="session")
def example_files(tmp_path_factory):
    """The examples as files, as writers keep them."""
    folder = tmp_path_factory.mktemp("data")
    for (intent, language), block in EXAMPLES.items():
        file = folder / "topics" / intent / f"nlu.{language}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"    - {text.strip()}\n" for text in block.strip().splitlines())
        file.write_text(f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n{lines}')
    return folder
