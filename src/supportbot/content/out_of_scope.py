"""Questions that customers ask and that no article answers: `corpus/out_of_scope.yaml`, kept by help-centre people.

```yaml
version: 1
topics:
  提幣與充幣:
    - 提幣選錯鏈了怎麼辦？
```

A question that is nearer to one of these than to any article is declined. The file is optional, topics are for the
people who keep it, and a question that an article has come to answer is deleted from it.
"""

from pathlib import Path

from supportbot.content.files import read_yaml
from supportbot.errors import SourceError
from supportbot.text.folding import clean

FILE_NAME = "out_of_scope.yaml"
OLD_FILE_NAME = "unanswered.yaml"

MAX_CHARACTERS = 500


def read(corpus: Path) -> tuple[str, ...]:
    """The questions of a corpus folder, each once, in the order of the file; none where there is no file.

    Raises `SourceError` with file and, where it is known, line for broken YAML, unknown keys and what is no question.
    """
    path = corpus / FILE_NAME
    if (corpus / OLD_FILE_NAME).exists():
        raise SourceError(corpus / OLD_FILE_NAME, f"is called {FILE_NAME} now: rename the file")
    if not path.exists():
        return ()
    data, text = read_yaml(path)
    lines = text.split("\n")

    def fault(message: str, value: object) -> SourceError:
        line = next((number for number, line in enumerate(lines, 1) if str(value) in line), None)
        return SourceError(path, f"{message}, got {value!r:.60}", line=line)

    if not isinstance(data, dict) or data.keys() != {"version", "topics"}:
        raise SourceError(path, "expected the keys version and topics")
    if data["version"] != 1:
        raise fault("version: expected 1", data["version"])
    if not isinstance(data["topics"], dict):
        raise fault("topics: expected lists of questions by topic", data["topics"])
    questions = []
    for topic, listed in data["topics"].items():
        if not isinstance(listed, list):
            raise fault(f"{topic}: expected a list of questions", listed)
        for question in listed:
            if not isinstance(question, str) or not 0 < len(clean(question)) <= MAX_CHARACTERS:
                raise fault(f"{topic}: expected a question of at most {MAX_CHARACTERS} characters", question)
            questions.append(clean(question))
    return tuple(dict.fromkeys(questions))
