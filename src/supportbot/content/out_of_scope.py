"""Out-of-scope questions: customers ask them, and no article answers them. They are listed in `out_of_scope.yaml`.

```yaml
version: 1
topics:
  付款與發票:
    - 可以分期付款嗎？
```

The bot declines questions that are nearer to these than to any article. The file is optional; topics are only for its
editors. Delete a question once an article answers it.
"""

from pathlib import Path

from supportbot.content.files import YamlFile
from supportbot.errors import SourceError
from supportbot.text.folding import clean

FILE_NAME = "out_of_scope.yaml"
OLD_FILE_NAME = "unanswered.yaml"

MAX_CHARACTERS = 500


def read(corpus: Path) -> tuple[str, ...]:
    """Return the questions of a corpus folder, each once, in the order of the file; none if there is no file.

    Raise `SourceError` with file and line for invalid YAML, unknown keys and values that are not questions.
    """
    path = corpus / FILE_NAME
    if (corpus / OLD_FILE_NAME).exists():
        raise SourceError(corpus / OLD_FILE_NAME, f"is called {FILE_NAME} now: rename the file")
    if not path.exists():
        return ()
    file = YamlFile(path)
    questions: list[str] = []
    for topic, listed in file.mapping("topics", "lists of questions by topic").items():
        if not isinstance(listed, list):
            raise file.fault(f"{topic}: expected a list of questions, got {listed!r:.60}", "topics", topic)
        for place, question in enumerate(listed):
            if not isinstance(question, str) or not 0 < len(clean(question)) <= MAX_CHARACTERS:
                expected = f"expected a question of at most {MAX_CHARACTERS} characters"
                raise file.fault(f"{topic}: {expected}, got {question!r:.60}", "topics", topic, place)
            questions.append(clean(question))
    return tuple(dict.fromkeys(questions))
