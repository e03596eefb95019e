"""supportbot: a retrieval-augmented support chatbot for Chinese help centres.

The names below are the public interface; everything else may move between versions. Each is imported when it is first
used, so that `import supportbot` loads no heavy library.

```python
from supportbot import Conversation, open_bot

bot = open_bot(corpus="corpus", index="index")
answer = Conversation(bot).ask("如何新增緊急聯絡人？")
print(answer.outcome, answer.text)
```
"""

import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportbot.answering.answer import Answer
    from supportbot.answering.bot import SupportBot
    from supportbot.answering.conversation import Conversation
    from supportbot.content.articles import Article
    from supportbot.embedding.encoder import Encoder
    from supportbot.errors import SupportBotError
    from supportbot.retrieval.filters import Filters
    from supportbot.serving.opening import open_bot
    from supportbot.settings import Settings
    from supportbot.settings import load as load_settings
else:  # hidden from type checkers, for which any name would exist otherwise
    _HOMES = {
        "Answer": "answering.answer:Answer",
        "Article": "content.articles:Article",
        "Conversation": "answering.conversation:Conversation",
        "Encoder": "embedding.encoder:Encoder",
        "Filters": "retrieval.filters:Filters",
        "Settings": "settings:Settings",
        "SupportBot": "answering.bot:SupportBot",
        "SupportBotError": "errors:SupportBotError",
        "load_settings": "settings:load",
        "open_bot": "serving.opening:open_bot",
    }

    def __getattr__(name: str) -> object:
        """Import a public name from its module (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return pkgutil.resolve_name(f"{__name__}.{_HOMES[name]}")

    def __dir__() -> list[str]:
        """List the public names as well, loaded or not."""
        return sorted({*globals(), *__all__})


__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Article",
    "Conversation",
    "Encoder",
    "Filters",
    "Settings",
    "SupportBot",
    "SupportBotError",
    "__version__",
    "load_settings",
    "open_bot",
]
