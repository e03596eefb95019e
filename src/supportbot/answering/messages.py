"""What the bot itself says, in Traditional Chinese, Simplified Chinese and English. Articles are never found here."""

from collections.abc import Mapping
from typing import Literal

from supportbot.text.scripts import Script

Message = Literal[
    "declined",
    "nearest",
    "clarify",
    "person",
    "hello",
    "thanks",
    "secret_shown",
    "steps",
    "app",
    "web",
    "notes",
    "source",
    "updated",
    "incomplete",
    "greeting",
    "prompt",
    "empty_question",
    "long_question",
    "goodbye",
]

_TEXTS: Mapping[Message, Mapping[Script, str]] = {
    "declined": {
        "hant": "抱歉，幫助中心裡沒有文章能回答這個問題，所以我不亂猜。您可以換個說法再問一次，或聯繫人工客服。",
        "hans": "抱歉，帮助中心里没有文章能回答这个问题，所以我不乱猜。您可以换个说法再问一次，或联系人工客服。",
        "latin": "Sorry, no article in the help centre answers this, and I do not guess. "
        "Please try other words, or contact a person in support.",
    },
    "nearest": {
        "hant": "最接近的文章：",
        "hans": "最接近的文章：",
        "latin": "The nearest articles:",
    },
    "clarify": {
        "hant": "您的問題可能與以下幾篇文章有關，請問您想問的是哪一個？",
        "hans": "您的问题可能与以下几篇文章有关，请问您想问的是哪一个？",
        "latin": "Several articles may be meant. Which one is your question about?",
    },
    "person": {
        "hant": "好的，這就請人工客服來協助您。請先留下您的問題，也請不要在對話中提供密碼或助記詞。",
        "hans": "好的，这就请人工客服来协助您。请先留下您的问题，也请不要在对话中提供密码或助记词。",
        "latin": "Of course, a person in support will take over. Please leave your question here, "
        "but never a password or a seed phrase.",
    },
    "hello": {
        "hant": "您好！請直接輸入您的問題，我會從幫助中心的文章裡找答案。",
        "hans": "您好！请直接输入您的问题，我会从帮助中心的文章里找答案。",
        "latin": "Hello! Just type your question, and I will look for the answer in the help centre's articles.",
    },
    "thanks": {
        "hant": "不客氣！如果還有其他問題，請直接告訴我。",
        "hans": "不客气！如果还有其他问题，请直接告诉我。",
        "latin": "You are welcome! If there is anything else, just ask.",
    },
    "secret_shown": {
        "hant": "安全提醒：您寫的內容裡似乎有助記詞、私鑰、密碼、API 密鑰或驗證碼。請不要把它告訴任何人，"
        "客服也不會向您索取；請盡快更換，或把資產轉移到新的錢包。",
        "hans": "安全提醒：您写的内容里似乎有助记词、私钥、密码、API 密钥或验证码。请不要把它告诉任何人，"
        "客服也不会向您索取；请尽快更换，或把资产转移到新的钱包。",
        "latin": "Security warning: your message seems to show a seed phrase, a private key, a password, an API key or "
        "a verification code. Never share it with anybody; support will never ask for it. Change it, or move your "
        "assets to a new wallet, now.",
    },
    "steps": {"hant": "步驟", "hans": "步骤", "latin": "Steps"},
    "app": {"hant": "App 端", "hans": "App 端", "latin": "In the app"},
    "web": {"hant": "Web 端", "hans": "Web 端", "latin": "On the web"},
    "notes": {"hant": "請留意", "hans": "请留意", "latin": "Please note"},
    "source": {"hant": "來源", "hans": "来源", "latin": "Source"},
    "updated": {"hant": "更新於 {date}", "hans": "更新于 {date}", "latin": "updated {date}"},
    "incomplete": {
        "hant": "這篇文章在來源處並不完整。",
        "hans": "这篇文章在来源处并不完整。",
        "latin": "This article is incomplete at its source.",
    },
    "greeting": {
        "hant": "您好，請問有什麼可以幫您？（直接按 Enter 結束）",
        "hans": "您好，请问有什么可以帮您？（直接按 Enter 结束）",
        "latin": "Hello, how can I help? (an empty line ends)",
    },
    "prompt": {"hant": "問：", "hans": "问：", "latin": "You: "},
    "empty_question": {
        "hant": "請輸入您的問題。",
        "hans": "请输入您的问题。",
        "latin": "Please type your question.",
    },
    "long_question": {
        "hant": "問題太長：有 {length} 個字，最多 {limit} 個字。請說重點。",
        "hans": "问题太长：有 {length} 个字，最多 {limit} 个字。请说重点。",
        "latin": "The question is too long: {length} characters, at most {limit}. Please shorten it.",
    },
    "goodbye": {"hant": "謝謝，再見。", "hans": "谢谢，再见。", "latin": "Thank you, goodbye."},
}


def message(name: Message, script: Script, **values: object) -> str:
    """The bot's message `name` for an asker who writes in `script`, with its placeholders filled."""
    return _TEXTS[name][script].format(**values)
