"""Routes for agents: search with scores, the queue of conversations that wait for a person, canned answers."""

from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from supportbot.api.console_schemas import AgentReply, Canned, Found, Hit, KeyOut, Passage, QueueItem
from supportbot.api.errors import ApiError
from supportbot.api.schemas import ArticleId, ConversationOut, Id
from supportbot.api.security import Agent, needs
from supportbot.api.service import Here, Service
from supportbot.retrieval.filters import Filters
from supportbot.retrieval.retriever import MODES
from supportbot.serving import Snapshot
from supportbot.storage.conversations import State
from supportbot.text.marking import marks

router = APIRouter(prefix="/v1", tags=["agents"], dependencies=[Depends(needs("agent"))])

MOST_HITS = 500
PASSAGES = 3


@router.get("/key")
def read_own_key(agent: Agent) -> KeyOut:
    """Return who has the key of this request, and its role."""
    return KeyOut.model_validate(agent)


@router.get("/search")
def search_articles(
    service: Here,
    q: Annotated[str, Query(min_length=1, max_length=2000)],
    mode: Annotated[str, Query(max_length=40, json_schema_extra={"enum": [*MODES]})] = "hybrid",
    category: Annotated[str | None, Query(max_length=80)] = None,
    platform: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    offset: Annotated[int, Query(ge=0, le=MOST_HITS)] = 0,
) -> Found:
    """Return the ranking that customers are answered from, with scores by channel and the nearest passages."""
    snapshot = service.snapshot
    if platform is not None:
        snapshot.index.platforms.require(platform)
    found = snapshot.bot.search(
        q, limit=min(MOST_HITS, offset + limit + 1), mode=mode, filters=Filters(category, platform)
    )
    return Found(
        question=found.question,
        mode=mode,
        words=list(found.words),
        confidence=round(snapshot.bot.confidence.certainty(found), 4) if mode == "hybrid" else 0.0,
        total=len(found.hits),
        hits=[
            Hit(
                rank=rank,
                article_id=hit.article.id,
                title=hit.article.title,
                category=hit.article.category,
                url=snapshot.bot.url(hit.article),
                score=round(hit.score, 4),
                channels={name: round(value, 4) for name, value in hit.channels.items()},
                pinned=hit.pinned,
                passages=[_passage(snapshot, row, near, found.words) for row, near in hit.chunks[:PASSAGES]],
            )
            for rank, hit in enumerate(found.hits[offset : offset + limit], offset + 1)
        ],
        index_version=snapshot.version,
        timings_ms={
            "embed": round(found.embed_seconds * 1000, 3),
            "search": round(found.search_seconds * 1000, 3),
        },
    )


@router.get("/queue")
def list_queue(
    service: Here,
    state: Literal["waiting", "agent", "both"] = "both",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> list[QueueItem]:
    """List the conversations that wait for a person or that a person has, the longest waiting first."""
    states: tuple[State, ...] = ("waiting", "agent") if state == "both" else (state,)
    return [
        QueueItem(
            id=one.id,
            state=one.state,
            reason=one.handoff_reason,
            waiting_since=one.handoff_at,
            agent=one.agent,
            last_message=last,
            messages=one.length,
        )
        for one, last in service.store.conversations.queue(states, limit=limit, offset=offset)
    ]


@router.get("/queue/{conversation_id}")
def read_queued(
    conversation_id: Id, service: Here, after: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> ConversationOut:
    """Return a conversation with the whole answers of the bot: confidence, candidates, sources."""
    return _shown(service, conversation_id, after)


@router.post("/queue/{conversation_id}/reply")
def reply_to_visitor(conversation_id: Id, body: AgentReply, service: Here, agent: Agent) -> ConversationOut:
    """Write to the visitor, and take the conversation."""
    return _change(service, conversation_id, agent.name, "agent", ("waiting", "agent", "bot"), body.text)


@router.post("/queue/{conversation_id}/hand-back")
def hand_back(conversation_id: Id, service: Here, agent: Agent) -> ConversationOut:
    """Hand a conversation back to the bot."""
    return _change(service, conversation_id, agent.name, "bot", ("waiting", "agent"))


@router.post("/queue/{conversation_id}/close")
def close_conversation(conversation_id: Id, service: Here, agent: Agent) -> ConversationOut:
    """Close a conversation; the visitor's next question opens it again, with the bot."""
    return _change(service, conversation_id, agent.name, "closed", ("waiting", "agent", "bot"))


@router.get("/canned/{article_id}")
def list_canned(article_id: ArticleId, service: Here) -> list[Canned]:
    """List the parts of an article as texts that an agent may send."""
    snapshot = service.snapshot
    article = snapshot.article(article_id)
    return [
        Canned(
            article_id=article.id,
            title=article.title,
            heading=chunk.heading,
            text=chunk.text,
            url=snapshot.bot.url(article, chunk.id),
        )
        for chunk in snapshot.chunks(article_id)
    ]


def _change(
    service: Service, key: str, agent: str, state: State, expected: tuple[State, ...], text: str = ""
) -> ConversationOut:
    names = {"bot": "back_to_bot", "closed": "closed"}
    said = service.store.conversations.append(
        key, "agent" if text else "event", text or names[state], agent=agent, state=state, expected=expected
    )
    if said is None:
        state = service.store.conversations.get(key).state
        raise ApiError(409, "wrong_state", f"the conversation is {state}; expected {', '.join(expected)}")
    return _shown(service, key, max(0, said.number - 200))


def _shown(service: Service, key: str, after: int) -> ConversationOut:
    conversation = service.store.conversations.get(key)
    return ConversationOut.of(conversation, service.store.conversations.messages(key, after=after))


def _passage(snapshot: Snapshot, row: int, near: float, words: Iterable[str]) -> Passage:
    chunk = snapshot.index.chunk(row)
    return Passage(
        heading=chunk.heading,
        anchor=chunk.id,
        text=chunk.text,
        marks=marks(chunk.text, words),
        nearness=round(near, 4),
    )
