"""A guide as a whole: every way through it stands in it, with the numbers of the walk."""

from collections.abc import Iterator

import pytest

from balie.content import Outline, Step, Topic, load_content, outline
from balie.content.guide import all_paths
from tests.desk.conftest import DATA

GUIDED = [topic for topic in load_content(DATA).topics.values() if topic.guide]


def ways(part: Outline) -> Iterator[list[tuple[int, str]]]:
    """Numbers and ids of the steps on each way through an outline."""
    own = [(each.number, each.step.id) for each in part.steps]
    if not part.branches:
        yield own
    for branch in part.branches.values():
        for way in ways(branch):
            yield [*own, *way]


@pytest.mark.parametrize("topic", GUIDED, ids=lambda topic: topic.id)
def test_it_holds_every_way_with_the_numbers_of_the_walk(topic: Topic) -> None:
    found = outline(topic)
    assert found
    walked = [
        list(enumerate((item.id for item in path.items if isinstance(item, Step)), start=1))
        for path in all_paths(topic)
    ]

    assert list(ways(found)) == walked


def test_a_topic_without_a_guide_has_none() -> None:
    topic = load_content(DATA).topics["credit_check"]

    assert outline(topic) is None
