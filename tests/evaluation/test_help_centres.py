"""Help centres that nobody prepared, on the real model: what customers of any new help centre get."""

import pytest

from supportbot.answering.bot import SupportBot
from supportbot.evaluation import answering, datasets, systems
from supportbot.settings import Settings

FOLDER = "tests/help_centres"


@pytest.mark.parametrize("name", ["shop", "saas"])
def test_most_customers_are_helped_and_hardly_anything_is_answered_wrongly(
    real_bot: SupportBot, real_settings: Settings, name: str
) -> None:
    data = datasets.read(real_settings.corpus.parent / FOLDER / name)
    bot = systems.open_bot(data, real_settings, real_bot.encoder, on_progress=lambda done, total: None)
    asked = answering.ask_all(bot, data, on_progress=lambda done, total: None)
    answerable = [one for one in asked if one.kind == "answerable"]
    unanswerable = [one for one in asked if one.kind != "answerable"]
    assert len(answerable) == 40
    assert len(unanswerable) == 20
    assert sum(one.right for one in answerable) >= 30
    helped = sum(one.cited or bool(one.choice_right) for one in answerable)
    assert helped >= 32, "four of five get the answer, or a choice that holds it"
    assert sum(one.outcome == "answer" for one in unanswerable) <= 2
    answers = [one for one in asked if one.outcome == "answer"]
    assert answers
    assert sum(one.cited for one in answers) >= 0.8 * len(answers)
