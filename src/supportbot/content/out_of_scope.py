"""Questions that customers ask and that no article answers: `corpus/out_of_scope.yaml`, kept by help-centre people.

```yaml
version: 1
topics:
  付款與發票:
    - 可以分期付款嗎？
```

The bot declines a question that is nearer to one of these than to any article. The file is optional. Topics serve only
the people who keep it. Delete a question once an article answers it.
"""

from pathlib import Path

from supportbot.content.files import YamlFile
from supportbot.errors import SourceError
from supportbot.text.folding import clean

FILE_NAME = "out_of_scope.yaml"
OLD_FILE_NAME = "unanswered.yaml"

MAX_CHARACTERS = 500


def read(corpus: Path) -> tuple[str, ...]:
    """Return the questions of a corpus folder, each once, in the order of the file; none where there is no file.

    Raises `SourceError` with file and line for broken YAML, unknown keys and what is no question.
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
