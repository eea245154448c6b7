"""`_find_data_files_in_directory` (rasa.shared.data) looks into hidden folders too.

`rasa test` collects the test stories below the project's folder. Where the environment stands there
(``.venv``), it finds the stories of Rasa's own starter project, which no other assistant passes.
Instead: folders whose name begins with a dot are none of the project's data, unless one of them is
what was asked for.
"""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType


def after(module: ModuleType) -> None:
    """Leave out of what Rasa's own function finds all that lies in a hidden folder."""
    own = module._find_data_files_in_directory

    def _find_data_files_in_directory(
        directory: str, filter_property: Callable[[str], bool]
    ) -> set[str]:
        found = own(directory, filter_property)
        return {file for file in found if not _is_hidden(Path(file).relative_to(directory))}

    module._find_data_files_in_directory = _find_data_files_in_directory  # type: ignore[attr-defined]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parent.parts)
