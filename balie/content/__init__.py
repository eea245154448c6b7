"""Topics and texts: what writers edit under ``data/``, as typed, checked, reloading content.

Knows no HTTP, no customer and no Rasa.
"""

from balie.content.checker import (
    Usable,
    check_content,
    check_everything,
    load_content,
    load_usable,
)
from balie.content.folding import fold
from balie.content.guide import GuideState
from balie.content.languages import LANGUAGES, Language
from balie.content.model import (
    AccountText,
    Content,
    Form,
    FormField,
    Group,
    Label,
    Link,
    Option,
    Question,
    Section,
    Step,
    Text,
    Topic,
    Variant,
)
from balie.content.outline import NumberedStep, Outline, outline
from balie.content.problems import ContentErrors, Problem
from balie.content.rendering import Money, Percent, Rendered, day_of, render, render_variant
from balie.content.rules.texts import named_labels
from balie.content.rules.training import topic_examples
from balie.content.store import ContentStore

__all__ = [
    "LANGUAGES",
    "AccountText",
    "Content",
    "ContentErrors",
    "ContentStore",
    "Form",
    "FormField",
    "Group",
    "GuideState",
    "Label",
    "Language",
    "Link",
    "Money",
    "NumberedStep",
    "Option",
    "Outline",
    "Percent",
    "Problem",
    "Question",
    "Rendered",
    "Section",
    "Step",
    "Text",
    "Topic",
    "Usable",
    "Variant",
    "check_content",
    "check_everything",
    "day_of",
    "fold",
    "load_content",
    "load_usable",
    "named_labels",
    "outline",
    "render",
    "render_variant",
    "topic_examples",
]
