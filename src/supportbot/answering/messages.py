"""The general messages, for callers that have no corpus at hand. The bot says those of its corpus: `bot.messages`."""

from supportbot.content.messages import Message, general
from supportbot.text.scripts import Script

__all__ = ["Message", "message"]


def message(name: Message, script: Script, **values: object) -> str:
    """Return the general message `name` for a customer who writes in `script`."""
    return general()(name, script, **values)
