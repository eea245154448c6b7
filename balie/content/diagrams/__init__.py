"""Pictures of the content for those who write it, as text in the language of Graphviz's `dot`.

They hold writers' texts, and keys and names as these stand in the files: no words of their own,
so that every language of the content has the same pictures.
"""

from balie.content.diagrams import dot
from balie.content.diagrams.guides import guide_picture
from balie.content.diagrams.overview import OVERVIEW, overview
from balie.content.languages import Language
from balie.content.model import Content

__all__ = ["MARK", "OVERVIEW", "draw"]

MARK = "Drawn by `balie map`."


def draw(content: Content, language: Language) -> dict[str, str]:
    """Every picture by name: all topics in one, then each topic that has a guide.

    The same content gives the same text, to the letter.
    """
    pictures = {OVERVIEW: overview(content, language)}
    for topic in content.topics.values():
        if topic.guide:
            pictures[topic.id] = guide_picture(topic, content, language)
    return {name: dot.digraph(name, MARK, picture) for name, picture in pictures.items()}
