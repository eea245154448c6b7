"""Every conversation of the files in this folder, held over HTTP with real processes."""

from pathlib import Path

import pytest

from balie.cli.conversations.form import Conversation, load_conversations
from balie.cli.conversations.runner import Runner

CONVERSATIONS = load_conversations(sorted(Path(__file__).parent.glob("*.yml")))


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda each: each.id)
def test_conversation(runner: Runner, conversation: Conversation) -> None:
    result = runner.run(conversation)
    assert result.left_out is None
    if not result.passed:
        pytest.fail(result.report(), pytrace=False)
