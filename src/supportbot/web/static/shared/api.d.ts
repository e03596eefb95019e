// What scripts read of the API's JSON; named as in `api/schemas.py` and `api/console_schemas.py`. A test compares both.

export interface Block {
  kind: "heading" | "paragraph" | "step" | "note" | "table" | "code"; text: string; number: number | null;
  path: string[]; rows: string[][]; platform: string | null;
}

export interface Source {
  article_id: string; title: string; heading: string; url: string; quote: string; updated: string | null;
  complete: boolean;
}

export interface Choice { article_id: string; title: string; section?: string }

export interface Candidate {
  article_id: string; title: string; url: string; score: number; channels: Record<string, number>;
}

export interface AnswerOut {
  outcome: string; confidence: number; blocks: Block[]; sources: Source[]; choices: Choice[];
  candidates: Candidate[]; warning: string | null; intent: string | null; context: string | null; script: string;
  index_version: string; timings_ms: Record<string, number>;
}

export type State = "bot" | "waiting" | "agent" | "closed";

export interface Reply extends AnswerOut {
  conversation_id: string; message_id: string | null; question_id: string; visitor_token: string; state: State;
}

export interface MessageOut {
  id: string; number: number; author: "visitor" | "bot" | "agent" | "event"; text: string; agent: string | null;
  created: string; answer: AnswerOut | null; helpful: boolean | null;
}

export interface ConversationOut {
  id: string; state: State; handoff_reason: string | null; created: string; messages: MessageOut[];
}

export interface Suggested {
  text: string; title: string; kind: "title" | "question"; marks: [number, number][]; url: string;
}

export interface Site {
  name: string | null; greeting: string | null; accent: string | null; person_available: boolean | null;
  suggested_questions: string[] | null; starters: string[]; safety: string; platforms: Record<string, string>;
  style: string;
}

export interface Passage { heading: string; anchor: string; text: string; marks: [number, number][]; nearness: number }

export interface Hit {
  rank: number; article_id: string; title: string; category: string; url: string; score: number;
  channels: Record<string, number>; pinned: boolean; passages: Passage[];
}

export interface Found {
  question: string; mode: string; words: string[]; confidence: number; total: number; hits: Hit[]; index_version: string;
  timings_ms: Record<string, number>;
}

export interface QueueItem {
  id: string; state: string; reason: string | null; waiting_since: string | null; agent: string | null;
  last_message: string; messages: number;
}

export interface Canned { title: string; heading: string; text: string; url: string }

export interface GroupOut {
  question: string; questions: string[]; count: number; declined: number; clarified: number; disliked: number;
  first: string; last: string; nearest: Choice | null;
}

export interface LabelOut {
  id: string; question: string; article: string | null; title: string | null; kind: string; at: string;
}

export interface LabelPage { total: number; labels: LabelOut[] }

export interface FindingOut { kind: string; article_id: string; title: string; detail: string; others: string[] }

export interface AdviceOut { kind: string; count: number; files: string[]; command: string }

export interface HealthOut {
  version: string; titles_asked: number; titles_answered: number | null; findings: FindingOut[]; advice: AdviceOut[];
  figures: {
    articles: number; chunks: number; titles_median: number; unasked: number; out_of_scope: number;
    scripts: Record<string, number>;
  };
  expectation: {
    basis: "labels" | "recorded" | "left_out" | "unknown"; questions: number; wanted: number; precision: number | null;
    answered: number | null; clarified: number | null; declined: number | null; answered_anyway: number | null;
  };
}

export interface AuditEntryOut {
  id: number; at: string; actor: string; action: string; subject: string; detail: Record<string, any>;
  reverted: string | null;
}

export interface JobOut {
  id: string; kind: string; state: "running" | "done" | "failed"; done: number; total: number; result: any;
  actor: string; updated: string;
}

export interface SourceOut { name: string; place: string; options: Record<string, any>; articles: number; run: any }

export interface SourcesOut {
  file: string; exists: boolean; error: string; minutes: number; sources: SourceOut[];
  last: JobOut | null; running: JobOut | null;
}

export interface VersionOut {
  name: string; serving: boolean; pinned: boolean; articles: number; chunks: number; questions: number;
}

export interface KeyOut {
  id: string; name: string; role: "client" | "agent" | "admin"; created: string; revoked: string | null;
}

export interface Day {
  day: string; questions: number; conversations: number; answered: number; clarified: number; declined: number;
  handed_over: number; helpful: number; not_helpful: number;
}

export interface ReadersVotes { title: string; helpful: number; not_helpful: number }

export interface Statistics {
  days: Day[]; milliseconds_p50: number | null; milliseconds_p95: number | null;
  speed: { day: string; p50: number; p95: number }[]; articles: Record<string, any>[];
  questions: Record<string, any>[]; votes: ReadersVotes[];
}
