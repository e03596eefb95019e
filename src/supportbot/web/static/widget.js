/* The chat widget: one script, no dependency, for any page. docs/widget.md tells how to embed it.

   From top to bottom: texts, small tools, the service, the conversation (what was said, and that none of it gets lost or
   doubled), the parts of an answer, suggestions, the element, and `window.supportbot`.

   Whatever people wrote is set as text, never as HTML. Nothing here needs inline styles or `eval`, so that a strict
   content policy with trusted types lets it run. */
(() => {
"use strict";

if (customElements.get("support-bot")) return; // a second copy of this script

const STYLE = "{{style}}";
const SCRIPT = document.currentScript;
const FULL_SCREEN = "(max-width: 480px), (max-height: 480px)"; // as in widget.css
const LONGEST_QUESTION = 2000;
const SLOW_SECONDS = 4;
const ANSWER_SECONDS = 60;
const SILENCE_SECONDS = 40; // a live stream gives a sign of life every 15
const WITH_PERSON = ["waiting", "agent"];

/* --- texts ------------------------------------------------------------------------------------------------------ */

const LANGUAGES = ["zh-Hant", "zh-Hans", "en"];
const LANGUAGE_NAMES = ["繁體中文", "简体中文", "English"];
const SCRIPTS = ["hant", "hans", "latin"];

const TEXTS = {
  title: ["線上客服", "在线客服", "Support"],
  open: ["開啟線上客服", "打开在线客服", "Open support chat"],
  unread: ["{n} 則新訊息", "{n} 条新消息", "{n} new"],
  close: ["關閉", "关闭", "Close"],
  menu: ["更多選項", "更多选项", "More options"],
  language: ["語言", "语言", "Language"],
  person: ["人工客服", "人工客服", "Talk to a person"],
  personShort: ["人工客服", "人工客服", "A person"],
  personAsk: ["我要人工客服", "我要人工客服", "I want to talk to a person"],
  restart: ["重新開始對話", "重新开始对话", "Start a new chat"],
  restartAsk: ["要重新開始嗎？", "要重新开始吗？", "Start a new chat?"],
  restartHint: ["目前的對話會從這裡清除，無法恢復。", "当前的对话会从这里清除，无法恢复。", "This chat will be cleared from here and cannot be brought back."],
  cancel: ["取消", "取消", "Cancel"],
  log: ["對話內容", "对话内容", "Conversation"],
  you: ["您", "您", "You"],
  bot: ["助理", "助理", "Assistant"],
  agent: ["客服人員", "客服人员", "Support agent"],
  hello: ["您好！", "您好！", "Hello!"],
  helloName: ["{name}，您好！", "{name}，您好！", "Hello, {name}!"],
  greeting: ["請輸入您的問題，我會從幫助中心的文章裡找出答案。", "请输入您的问题，我会从帮助中心的文章里找出答案。", "Ask your question, and I will find the answer in the help centre."],
  starters: ["常見問題", "常见问题", "Common questions"],
  ask: ["請輸入問題", "请输入问题", "Type your question"],
  write: ["請輸入訊息", "请输入消息", "Type a message"],
  send: ["送出", "发送", "Send"],
  safety: ["請勿提供密碼、助記詞或驗證碼。", "请勿提供密码、助记词或验证码。", "Never share passwords, seed phrases or codes."],
  typing: ["正在查找答案…", "正在查找答案…", "Looking for the answer…"],
  sending: ["正在送出…", "正在发送…", "Sending…"],
  slow: ["比平常久一些，請稍候…", "比平时久一些，请稍候…", "This is taking longer than usual…"],
  app: ["App", "App", "App"],
  web: ["網頁版", "网页版", "Web"],
  platform: ["操作平台", "操作平台", "Platform"],
  path: ["選單路徑", "菜单路径", "Menu path"],
  notes: ["請留意", "请留意", "Please note"],
  source: ["來源", "来源", "Source"],
  updated: ["更新於 {date}", "更新于 {date}", "Updated {date}"],
  incomplete: ["此文章在來源處不完整", "此文章在来源处不完整", "Incomplete at its source"],
  newTab: ["（在新分頁開啟）", "（在新标签页打开）", "(opens in a new tab)"],
  nearest: ["最接近的文章", "最接近的文章", "Nearest articles"],
  choose: ["請選擇", "请选择", "Choose one"],
  copy: ["複製", "复制", "Copy"],
  copied: ["已複製", "已复制", "Copied"],
  notCopied: ["無法複製", "无法复制", "Could not copy"],
  helped: ["這個回答有幫助嗎？", "这个回答有帮助吗？", "Did this help?"],
  helpful: ["有幫助", "有帮助", "Helpful"],
  not: ["沒有幫助", "没有帮助", "Not helpful"],
  thanks: ["感謝您的回饋。", "感谢您的反馈。", "Thank you for your feedback."],
  why: ["哪裡可以更好？", "哪里可以更好？", "What was wrong?"],
  wrong: ["內容有誤", "内容有误", "Wrong"],
  incompleteAnswer: ["不夠完整", "不够完整", "Incomplete"],
  unclear: ["看不明白", "看不明白", "Unclear"],
  outdated: ["已經過時", "已经过时", "Out of date"],
  other: ["其他", "其他", "Something else"],
  comment: ["補充說明（選填）", "补充说明（选填）", "More details (optional)"],
  give: ["送出回饋", "提交反馈", "Send feedback"],
  notGiven: ["回饋未送出，請再試一次。", "反馈未提交，请再试一次。", "Your feedback was not sent. Please try again."],
  offer: ["還是沒有解決嗎？", "还是没有解决吗？", "Still not solved?"],
  waiting: ["正在等候人工客服", "正在等候人工客服", "Waiting for a person"],
  waitingHint: ["可以先補充細節。離開此頁也沒關係，回覆會保留在這裡。", "可以先补充细节。离开此页也没关系，回复会保留在这里。", "You may add details meanwhile. Replies are kept here if you leave the page."],
  agentHere: ["{name} 正在為您服務", "{name} 正在为您服务", "{name} is here to help"],
  botStatus: ["依幫助中心文章回答", "依据帮助中心文章回答", "From the help centre"],
  back: ["改由助理回答", "改由助理回答", "Back to the assistant"],
  back_to_bot: ["助理已回到對話，請直接提問。", "助理已回到对话，请直接提问。", "The assistant is back. Just ask."],
  closed: ["對話已結束。如有其他問題，請直接提問。", "对话已结束。如有其他问题，请直接提问。", "This conversation has ended. Just ask if there is anything else."],
  expired: ["先前的對話已過期，已為您開始新的對話。", "先前的对话已过期，已为您开始新的对话。", "The earlier conversation has expired, so a new one was started."],
  offline: ["目前沒有網路連線，輸入的內容都會保留。", "目前没有网络连接，输入的内容都会保留。", "You are offline. What you type is kept."],
  reconnecting: ["連線中斷，正在重新連線…", "连接中断，正在重新连接…", "Connection lost. Reconnecting…"],
  failedOffline: ["未送出：沒有網路連線。", "未发送：没有网络连接。", "Not sent: you are offline."],
  failedConnection: ["未送出：連不上服務。", "未发送：连不上服务。", "Not sent: the service cannot be reached."],
  failedServer: ["服務暫時出了問題，請再試一次。", "服务暂时出了问题，请再试一次。", "Something went wrong on our side. Please try again."],
  failedLimit: ["提問太頻繁了，{n} 秒後可以再試。", "提问太频繁了，{n} 秒后可以再试。", "Too many questions. You can try again in {n} s."],
  failedLimitOver: ["現在可以再試一次。", "现在可以再试一次。", "You can try again now."],
  failedAction: ["沒有成功，請再試一次。", "没有成功，请再试一次。", "That did not work. Please try again."],
  tooLong: ["問題太長：最多 {limit} 個字，請說重點。", "问题太长：最多 {limit} 个字，请说重点。", "Too long: at most {limit} characters. Please shorten it."],
  refused: ["這段內容無法送出，請修改後再試。", "这段内容无法发送，请修改后再试。", "This cannot be sent as it is. Please change it."],
  retry: ["重試", "重试", "Try again"],
  suggestions: ["建議的問題", "建议的问题", "Suggested questions"],
  suggested: ["{n} 個建議，按上下鍵選擇", "{n} 个建议，按上下键选择", "{n} suggestions, choose with the arrow keys"],
  latest: ["新訊息", "新消息", "New messages"],
};

const REASONS = { wrong: "wrong", incomplete: "incompleteAnswer", unclear: "unclear", outdated: "outdated", other: "other" };

/** The place in LANGUAGES of a language tag such as zh-TW, zh-CN or en-GB; undefined for none. */
function languageOf(tag) {
  if (!tag) return undefined;
  const parts = tag.toLowerCase().split(/[-_]/);
  if (parts[0] !== "zh" && parts[0] !== "yue") return 2;
  return parts.some((part) => ["hans", "cn", "sg", "my"].includes(part)) ? 1 : 0;
}

/* --- small tools ------------------------------------------------------------------------------------------------ */

/** An element with attributes; `text` is its text, and a function a listener. */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

const ICONS = {
  chat: "M4 5.5h16v11H11l-4.5 3.5v-3.5H4z M8 9.5h8 M8 12.8h5",
  close: "M6 6l12 12 M18 6L6 18",
  more: "M12 5.5v.01 M12 12v.01 M12 18.5v.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  send: "M5 12h13 M12.5 6l6 6-6 6",
  restart: "M5 12a7 7 0 1 0 2.3-5.2 M5 4v4h4",
  copy: "M9 9h10v10H9z M15 9V5H5v10h4",
  done: "M5 12.5l4.5 4.5L19 7.5",
  up: "M7 11l4-7c1.4 0 2.3 1 2 2.500l-.6 3H18a2 2 0 0 1 2 2.300l-1 5.700a2 2 0 0 1-2 1.500H7z M7 11H4v8h3",
  down: "M17 13l-4 7c-1.400 0-2.300-1-2-2.500l.6-3H6a2 2 0 0 1-2-2.300L5 6.500A2 2 0 0 1 7 5h10z M17 13h3V5h-3",
  article: "M6 3.500h8.500L18.500 7.500v13H6z M14 3.500V8h4.500 M9 12.500h6.500 M9 16h6.500",
  out: "M9 5H5v14h14v-4 M13 5h6v6 M19 5l-8.500 8.500",
  next: "M9.500 6l6 6-6 6",
  latest: "M12 5v13 M6.500 12.500l5.500 5.500 5.500-5.500",
  warning: "M12 4l9 15.500H3z M12 10v4.500 M12 17v.01",
};

function icon(name) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(node.namespaceURI, "path");
  const look = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": name === "more" ? 3 : 1.75, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(look)) node.setAttribute(key, value);
  line.setAttribute("d", ICONS[name]);
  node.append(line);
  return node;
}

/** Text that somebody wrote, apart from the direction of what stands around it. */
const written = (text) => make("bdi", { text });

/** The address if it is one to link to, resolved; null for `javascript:` and the like. */
function safeAddress(address, base) {
  try {
    const url = new URL(address, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** Written text with the web addresses in it as links. */
function linked(text) {
  const node = make("bdi");
  let place = 0;
  for (const found of text.matchAll(/https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/g)) {
    const address = found[0].replace(/[.,;:!?)'\]]+$/, "");
    const href = safeAddress(address);
    if (!href) continue;
    node.append(text.slice(place, found.index), make("a", { href, target: "_blank", rel: "noopener noreferrer", text: address }));
    place = found.index + address.length;
  }
  node.append(text.slice(place));
  return node;
}

/** Lines of text as paragraphs; neighbouring lines that begin with a dash become a list. */
function paragraphs(text) {
  const nodes = [];
  let list = null;
  for (const line of text.split("\n").filter((one) => one.trim())) {
    if (line.startsWith("- ")) {
      if (!list) nodes.push((list = make("ul")));
      list.append(make("li", {}, linked(line.slice(2))));
    } else {
      list = null;
      nodes.push(make("p", {}, linked(line)));
    }
  }
  return nodes;
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // no permission, or the page is not served by https
    const field = make("textarea", { readonly: true, "aria-hidden": "true" });
    field.value = text;
    field.style.cssText = "position:fixed;opacity:0";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** An object kept in localStorage or sessionStorage, read anew each time since other tabs write it as well; where
    storage is blocked it lives as long as the page. */
class Kept {
  constructor(area, key) {
    this.area = area;
    this.key = key;
    this.value = {};
  }

  get() {
    try {
      const stored = window[this.area].getItem(this.key);
      this.value = stored ? Object(JSON.parse(stored)) : {};
    } catch { /* blocked or damaged: go on with what this page knows */ }
    return this.value;
  }

  set(changes) {
    this.value = { ...this.get(), ...changes };
    try {
      window[this.area].setItem(this.key, JSON.stringify(this.value));
    } catch { /* as above */ }
  }
}

/* --- the service ------------------------------------------------------------------------------------------------ */

/** Why a request failed: "offline", "connection", "expired", "gone", "limited", "busy", "long", "refused", "server". */
class Failure extends Error {
  constructor(kind, status = 0, seconds = 0) {
    super(kind);
    Object.assign(this, { kind, status, seconds });
  }
}

const KINDS = { 401: "expired", 404: "gone", 409: "busy", 413: "long", 429: "limited" };

class Service {
  constructor(base) {
    this.base = base;
  }

  /** The response to a request. Throws `Failure` unless it is good; an aborted request throws `AbortError`. */
  async request(method, path, { body, token, stream, lastEvent, signal } = {}) {
    const headers = { Accept: stream ? "text/event-stream" : "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers["X-Visitor-Token"] = token;
    if (lastEvent) headers["Last-Event-ID"] = lastEvent;
    let response;
    try {
      response = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body), signal, credentials: "omit", cache: "no-store" });
    } catch (error) {
      if (signal?.aborted && signal.reason?.name !== "TimeoutError") throw error;
      throw new Failure(navigator.onLine ? "connection" : "offline");
    }
    if (response.ok) return response;
    const seconds = Number(response.headers.get("Retry-After")) || 0;
    throw new Failure(await kindOf(response), response.status, seconds);
  }

  async json(method, path, options) {
    return (await this.request(method, path, options)).json();
  }
}

async function kindOf(response) {
  if (response.status !== 422) return KINDS[response.status] ?? "server";
  const told = await response.text().catch(() => "");
  return /character/.test(told) ? "long" : "refused";
}

/** The events of a stream as they come, all those of one piece together. Ends with the stream; throws when it breaks
    or says nothing for `seconds`. */
async function* eventsOf(response, seconds) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      let timer;
      const silence = new Promise((_, fail) => (timer = setTimeout(() => fail(new Failure("connection")), seconds * 1000)));
      const read = reader.read().catch(() => { throw new Failure("connection"); });
      const { done, value } = await Promise.race([read, silence]).finally(() => clearTimeout(timer));
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      const events = blocks.map(eventOf).filter((event) => event.name);
      if (events.length) yield events;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function eventOf(block) {
  const event = { id: "", name: "", data: null };
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    if (field === "id") event.id = value;
    if (field === "event") event.name = value;
    if (field === "data") event.data = JSON.parse(value);
  }
  return event;
}

function pause(seconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
    addEventListener("online", () => (clearTimeout(timer), done()), { once: true });
  });
}

/* --- the conversation ------------------------------------------------------------------------------------------- */

/** What was said, in order, and where it stands. An entry is a message of the API; one that the service does not have
    yet has no `id`, stands at the end, and tells in `failure` why it could not be sent.

    `shown` is told of changes: `entry(entry)`, `cleared()`, `state()`, `tell(name, detail)`, `returned(text, kind)`. */
class Talk {
  constructor(service, lasting, passing, shown) {
    Object.assign(this, { service, lasting, passing, shown });
    this.entries = [];
    this.of = null; // the conversation that the entries belong to
    this.last = 0; // the highest number seen
    this.state = "bot";
    this.agent = null;
    this.broken = false; // the live stream
    this.language = "";
  }

  get token() { return this.lasting.get().token; }
  get conversation() { return this.lasting.get().conversation ?? null; }
  get path() { return `/v1/conversations/${this.conversation}`; }
  get sending() { return this.entries.some((entry) => !entry.id && !entry.failure && entry.author === "visitor"); }

  /** Show what is stored: on the first opening, and whenever another tab or an agent may have gone on. */
  async catchUp() {
    if (this.conversation !== this.of) this.clear();
    if (this.unsent) this.unsent.forEach((entry) => this.add({ ...entry, failure: new Failure("connection") }));
    this.unsent = null;
    if (!this.conversation) return;
    try {
      await this.read();
    } catch (failure) {
      if (!this.anew(failure)) this.problem(failure);
    }
    this.follow();
  }

  /** Messages that were on their way when the page was left. */
  recall() {
    const unsent = this.passing.get().unsent;
    this.unsent = Array.isArray(unsent) ? unsent : [];
  }

  /** Send a question, or the choice of an offered article. */
  async ask(text, choice) {
    if (this.conversation !== this.of) await this.catchUp();
    const behind = this.entries.findLast((entry) => entry.id)?.id ?? null;
    const entry = this.add({ author: "visitor", text, choice, behind });
    this.shown.tell("question", { text, conversation_id: this.conversation });
    await this.deliver(entry);
  }

  /** Send an entry, a second time only if the service does not have it. */
  async deliver(entry) {
    const again = entry.failure !== undefined;
    entry.failure = undefined;
    this.change(entry);
    const slow = setTimeout(() => this.change(entry, { slow: true }), SLOW_SECONDS * 1000);
    try {
      if (again && this.conversation) await this.read().catch((failure) => this.orAnew(failure));
      if (!entry.id) await this.post(entry);
    } catch (failure) {
      await this.failed(entry, failure);
    } finally {
      clearTimeout(slow);
      this.change(entry, { slow: false });
    }
  }

  async post(entry, tries = 2) {
    const body = { question: entry.text, choice: entry.choice, conversation_id: this.conversation ?? undefined, locale: this.language };
    const signal = AbortSignal.timeout(ANSWER_SECONDS * 1000);
    let response;
    try {
      response = await this.service.request("POST", "/v1/chat", { body, token: this.token, stream: true, signal });
    } catch (failure) {
      if (tries && failure.kind === "busy") return pause(failure.seconds || 1).then(() => this.post(entry, tries - 1));
      if (tries && this.anew(failure)) return this.post(entry, 0);
      throw failure;
    }
    const reply = { asked: entry, said: null, last: "", done: false };
    try {
      await this.receive(response, reply);
    } catch (failure) {
      if (!entry.id || !failure.kind) throw failure; // not even its beginning came; or a fault of this script
    }
    if (!reply.done) await this.resume(reply);
    this.follow();
  }

  /** Take the events of an answer into the entry it becomes. */
  async receive(response, reply) {
    for await (const events of eventsOf(response, ANSWER_SECONDS)) {
      if (!this.entries.includes(reply.asked)) { // the visitor began anew meanwhile
        reply.done = true;
        return;
      }
      for (const event of events) {
        reply.last = event.id || reply.last;
        this.part(reply, event);
      }
      if (reply.said) this.change(reply.said);
    }
  }

  part(reply, { name, data }) {
    if (name === "start") {
      this.lasting.set({ token: data.visitor_token, conversation: data.conversation_id });
      this.of = data.conversation_id;
      this.setBroken(false);
      this.adopt(reply.asked, data.question_id);
      reply.said = data.message_id && this.said(data);
      if (reply.said && data.state !== this.state) this.become(data.state);
      return;
    }
    const answer = reply.said?.answer;
    if (name === "done") {
      reply.done = true;
      if (!answer) return;
      const { visitor_token, ...whole } = data; // the token is nobody else's business
      this.change(reply.said, { answer: whole, text: whole.text, coming: false, fresh: true });
      this.shown.tell("answer", whole);
    } else if (answer) {
      if (name === "warning") answer.warning = data.text;
      if (name === "text") answer.text += (answer.text && "\n\n") + data.text;
      if (name === "step") answer.steps.push(data);
      if (name === "note") answer.notes.push(data.text);
      if (name === "source") answer.sources.push(data);
      if (name === "choices") answer.choices = data.choices;
    }
  }

  /** The entry of an answer that begins to come. */
  said(start) {
    const known = this.entries.find((entry) => entry.id === start.message_id);
    const answer = { outcome: start.outcome, script: start.script, text: "", warning: null, steps: [], notes: [], sources: [], choices: [], candidates: [] };
    if (known) return Object.assign(known, { answer });
    return this.add({ id: start.message_id, author: "bot", text: "", answer, coming: true });
  }

  /** The rest of an answer whose stream broke; where that fails the conversation has it. */
  async resume(reply) {
    try {
      if (!reply.said) throw new Failure("connection");
      const path = `${this.path}/messages/${reply.said.id}/stream`;
      const response = await this.service.request("GET", path, { token: this.token, stream: true, lastEvent: reply.last });
      await this.receive(response, reply);
    } catch (failure) {
      if (!failure.kind) throw failure;
    }
    if (reply.done) return;
    for (const seconds of [0, 1, 2, 4, 8]) {
      await pause(seconds);
      try {
        return await this.read();
      } catch (failure) {
        if (this.anew(failure)) return;
        this.setBroken(true);
      }
    }
  }

  /** Read what the service has behind the last number known. */
  async read() {
    for (;;) {
      const after = this.last;
      const found = await this.service.json("GET", `${this.path}?after=${after}`, { token: this.token });
      this.take(found);
      if (found.messages.length < 200 || this.last === after) return;
    }
  }

  take(found) {
    this.of = found.id;
    found.messages.forEach((message) => this.merge(message));
    this.setBroken(false);
    this.become(found.state);
  }

  /** Take a message of the service: known by its id, or one of ours of which no reply came, or a new one. */
  merge(message) {
    this.last = Math.max(this.last, message.number);
    let entry = this.entries.find((one) => one.id === message.id);
    if (!entry && message.author === "visitor") {
      entry = this.entries.find((one) => !one.id && this.isSame(one, message));
      if (entry) this.adopt(entry, message.id);
    }
    if (entry) {
      const { text, ...others } = message; // of a visitor's the stored text may have secrets taken out
      const isNews = entry.coming || (entry.helpful ?? null) !== message.helpful;
      Object.assign(entry, entry.author === "visitor" ? others : message, { coming: false });
      if (isNews) this.change(entry); // else what is shown stays, with the tab chosen in it and the comment begun
      return;
    }
    this.add(message);
    if (message.author === "agent") {
      this.agent = message.agent;
      this.become("agent");
    }
    if (message.author === "event") this.become(message.text === "closed" ? "closed" : "bot");
  }

  /** Whether a stored message is an entry whose reply got lost. What is stored may have secrets taken out. */
  isSame(entry, message) {
    const behind = this.entries.find((one) => one.id === entry.behind)?.number ?? 0;
    return message.number > behind && (message.text.trim() === entry.text.trim() || /\[[^\]]+\]/.test(message.text));
  }

  /** The service has it: it moves above what is still unsent. */
  adopt(entry, id) {
    const from = this.entries.indexOf(entry);
    Object.assign(entry, { id, failure: undefined });
    this.entries.splice(from, 1);
    const place = this.place();
    this.entries.splice(place, 0, entry);
    if (place !== from) entry.node?.remove();
    this.change(entry);
    this.keepUnsent();
  }

  add(entry) {
    this.entries.splice(entry.id ? this.place() : this.entries.length, 0, entry);
    this.change(entry);
    if (!entry.id) this.keepUnsent();
    return entry;
  }

  /** Where the next stored message stands: above what is unsent. */
  place() {
    const unsent = this.entries.findIndex((entry) => !entry.id);
    return unsent < 0 ? this.entries.length : unsent;
  }

  change(entry, changes = {}) {
    Object.assign(entry, changes);
    if (this.entries.includes(entry)) this.shown.entry(entry);
  }

  async failed(entry, failure) {
    if (!failure.kind) console.error(failure);
    this.shown.tell("error", { kind: failure.kind ?? "server", status: failure.status ?? 0 });
    if (entry.id || !this.entries.includes(entry)) return; // it arrived; only its answer is not here yet
    if (failure.kind === "long" || failure.kind === "refused") {
      this.remove(entry);
      this.shown.returned(entry.text, failure.kind);
      return;
    }
    this.change(entry, { failure: failure.kind ? failure : new Failure("server") });
  }

  remove(entry) {
    this.entries.splice(this.entries.indexOf(entry), 1);
    entry.node?.remove();
    this.keepUnsent();
  }

  keepUnsent() {
    const unsent = this.entries.filter((entry) => !entry.id && entry.author === "visitor");
    this.passing.set({ unsent: unsent.map(({ author, text, choice, behind }) => ({ author, text, choice, behind })) });
  }

  /** Begin anew when the visitor's token has expired or the conversation is gone; what is unsent is kept. */
  anew(failure) {
    if (failure.kind !== "expired" && failure.kind !== "gone") return false;
    this.lasting.set({ conversation: null, state: "bot", seen: 0, ...(failure.kind === "expired" && { token: null }) });
    const unsent = this.entries.filter((one) => !one.id && one.author === "visitor");
    this.clear();
    this.add({ id: "expired", author: "event", text: "expired" });
    unsent.forEach((one) => this.add(Object.assign(one, { node: null, behind: null })));
    return true;
  }

  orAnew(failure) {
    if (!this.anew(failure)) throw failure;
  }

  clear() {
    this.stop();
    this.entries = [];
    this.of = this.conversation;
    this.last = 0;
    this.agent = null;
    this.setBroken(false);
    this.become("bot");
    this.shown.cleared();
  }

  /** A new conversation; whoever waits for a person waits no longer. */
  restart() {
    const { path, token } = this;
    if (this.state === "waiting") this.service.request("DELETE", `${path}/handoff`, { token }).catch(() => {});
    this.lasting.set({ conversation: null, state: "bot", seen: 0 });
    this.clear();
    this.keepUnsent();
  }

  async askForPerson(reason, words) {
    if (!this.conversation) return this.ask(words);
    try {
      this.take(await this.service.json("POST", `${this.path}/handoff`, { body: { reason }, token: this.token }));
      this.follow();
    } catch (failure) {
      if (this.anew(failure)) return this.ask(words);
      this.problem(failure);
      throw failure;
    }
  }

  async backToBot() {
    try {
      this.take(await this.service.json("DELETE", `${this.path}/handoff`, { token: this.token }));
    } catch (failure) {
      this.orAnew(failure);
    }
  }

  async rate(entry, verdict, reason, comment) {
    const body = { verdict, reason: reason || undefined, comment: comment || undefined };
    await this.service.request("POST", `${this.path}/messages/${entry.id}/feedback`, { body, token: this.token });
    entry.helpful = verdict === "helpful";
    this.shown.tell("feedback", { message_id: entry.id, ...body });
  }

  problem(failure) {
    if (failure.kind === "connection" || failure.kind === "offline") this.setBroken(true);
    this.shown.tell("error", { kind: failure.kind ?? "server", status: failure.status ?? 0 });
  }

  /** Whether the service cannot be reached; when it can be again, the live stream need not wait. */
  setBroken(broken) {
    if (!broken) this.wake?.();
    if (broken === this.broken) return;
    this.broken = broken;
    this.shown.state();
  }

  become(state) {
    const changed = state !== this.state;
    this.state = state;
    this.lasting.set({ state });
    if (state === "agent") this.agent ??= this.entries.findLast((entry) => entry.agent)?.agent ?? null;
    this.shown.state();
    if (changed) this.shown.tell("handoff", { state, agent: state === "agent" ? this.agent : null, conversation_id: this.conversation });
  }

  /** Follow the conversation live as long as a person has it. */
  async follow() {
    if (this.live || !this.conversation || !WITH_PERSON.includes(this.state)) return;
    const live = (this.live = new AbortController());
    let wait = 1;
    while (this.live === live && WITH_PERSON.includes(this.state)) {
      try {
        const options = { token: this.token, stream: true, signal: live.signal };
        const response = await this.service.request("GET", `${this.path}/events?after=${this.last}`, options);
        this.setBroken(false);
        wait = 1;
        for await (const events of eventsOf(response, SILENCE_SECONDS)) {
          if (this.live !== live) return;
          events.filter(({ name }) => name === "message").forEach(({ data }) => this.merge(data));
          if (!WITH_PERSON.includes(this.state)) break;
        }
      } catch (failure) {
        if (live.signal.aborted || this.anew(failure)) return;
        this.setBroken(true);
      }
      if (!WITH_PERSON.includes(this.state)) break;
      await Promise.race([pause(wait, live.signal), new Promise((wake) => (this.wake = wake))]);
      wait = Math.min(30, wait * 2);
    }
    if (this.live === live) this.stop();
  }

  stop() {
    this.live?.abort();
    this.live = null;
  }

  /** The connection is back: send what failed for want of one. */
  async online() {
    for (const entry of this.entries.filter((one) => one.failure?.kind === "offline")) await this.deliver(entry);
    if (this.conversation) await this.catchUp();
  }

  get unread() {
    const seen = this.lasting.get().seen ?? 0;
    return this.entries.filter((entry) => entry.author === "agent" && entry.number > seen).length;
  }

  markRead() {
    this.lasting.set({ seen: this.last });
  }
}

/* --- the parts of an answer ------------------------------------------------------------------------------------- */

/** What the parts need of the element: `t(name, values)`, `base`, `talk`, `language`, `person(reason)`, `uid()`. */
function answerParts(answer, entry, home) {
  const { t } = home;
  const parts = [];
  if (answer.warning) parts.push(make("div", { class: "note danger warning" }, icon("warning"), written(answer.warning)));
  if (answer.text !== answer.warning) parts.push(...paragraphs(answer.text));
  parts.push(...stepParts(answer.steps, home));
  if (answer.notes.length) {
    const notes = answer.notes.map((note) => make("div", { class: "note" }, ...paragraphs(note)));
    parts.push(make("div", { class: "notes", role: "group", "aria-label": t("notes") }, ...notes));
  }
  parts.push(...answer.sources.map((source) => sourceCard(source, home)));
  if (answer.choices.length) parts.push(choiceList(answer.choices, home));
  if (answer.outcome === "decline" && !entry.coming) parts.push(...ways(answer, home));
  if (answer.outcome === "answer" && !entry.coming) parts.push(feedback(entry, home));
  return parts;
}

/** Steps by platform, in tabs when there are two; a list ends where the numbers begin anew. */
function stepParts(steps, home) {
  const lists = new Map();
  for (const step of steps) {
    const own = lists.get(step.platform) ?? [];
    lists.set(step.platform, own);
    const last = own.at(-1)?.at(-1);
    if (last && step.number > last.number) own.at(-1).push(step);
    else own.push([step]);
  }
  const shown = (platform) => (lists.get(platform) ?? []).map((list) => stepList(list, home));
  const platforms = [...lists.keys()].filter(Boolean);
  if (platforms.length < 2) return [...shown(null), ...platforms.flatMap((platform) => [platformLabel(platform, home), ...shown(platform)])];
  return [...shown(null), tabs(platforms.map((platform) => [home.t(platform), shown(platform)]), home)];
}

const platformLabel = (platform, home) => make("p", { class: "platform" }, make("span", { class: "badge", text: home.t(platform) }));

function stepList(steps, home) {
  const items = steps.map(({ number, text, path }) =>
    make("li", {}, make("span", { class: "number", text: number }), linked(text), path.length > 1 && menuPath(path, home)));
  return make("ol", { class: "steps", role: "list" }, ...items);
}

function menuPath(path, home) {
  return make("ol", { class: "path", role: "list", "aria-label": home.t("path") }, ...path.map((one) => make("li", {}, written(one))));
}

/** Tabs: arrow keys, Home and End go from one to the other, as the ARIA practices have it. */
function tabs(pages, home) {
  const name = home.uid();
  const buttons = pages.map(([label], place) => make("button", { type: "button", role: "tab", id: `${name}-tab-${place}`, "aria-controls": `${name}-page-${place}`, text: label }));
  const panels = pages.map(([, content], place) => make("div", { role: "tabpanel", id: `${name}-page-${place}`, "aria-labelledby": `${name}-tab-${place}`, tabindex: 0 }, ...content));
  const select = (wanted, focus) => buttons.forEach((button, place) => {
    button.setAttribute("aria-selected", String(place === wanted));
    button.tabIndex = place === wanted ? 0 : -1;
    panels[place].hidden = place !== wanted;
    if (focus && place === wanted) button.focus();
  });
  const keys = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  buttons.forEach((button, place) => {
    button.addEventListener("click", () => select(place));
    button.addEventListener("keydown", (event) => {
      if (!(event.key in keys)) return;
      event.preventDefault();
      const to = place + keys[event.key];
      select(Number.isFinite(to) ? (to + pages.length) % pages.length : to < 0 ? 0 : pages.length - 1, true);
    });
  });
  select(0);
  return make("div", { class: "platforms" }, make("div", { class: "tabs", role: "tablist", "aria-label": home.t("platform") }, ...buttons), ...panels);
}

function sourceCard(source, home) {
  const { t } = home;
  const updated = source.updated && t("updated", { date: home.date(source.updated) });
  const lines = [
    make("span", { class: "source-title" }, written(source.title)),
    source.heading && source.heading !== source.title && make("span", { class: "source-heading" }, written(source.heading)),
    make("span", { class: "small muted", text: [t("source"), updated, source.complete === false && t("incomplete")].filter(Boolean).join(" · ") }),
  ];
  const content = [icon("article"), make("span", { class: "source-lines" }, ...lines)];
  const href = safeAddress(source.url, home.base);
  if (!href) return make("div", { class: "source" }, ...content);
  return make("a", { class: "source", href, target: "_blank", rel: "noopener" }, ...content, newTab(home), icon("out"));
}

const newTab = (home) => make("span", { class: "hidden-text", text: home.t("newTab") });

function choiceList(choices, home) {
  const buttons = choices.map(({ article_id, title }) =>
    make("li", {}, make("button", { type: "button", class: "choice", click: () => home.ask(title, article_id) }, written(title), icon("next"))));
  return make("ul", { class: "choices", role: "list", "aria-label": home.t("choose") }, ...buttons);
}

/** What is left when nothing answers: the nearest articles, and a person. */
function ways(answer, home) {
  const articles = answer.candidates.slice(0, 3).map(({ article_id, title, url }) => {
    const href = safeAddress(url ?? `/articles/${encodeURIComponent(article_id)}`, home.base);
    return make("li", {}, make("a", { class: "choice", href, target: "_blank", rel: "noopener" }, written(title), newTab(home), icon("out")));
  });
  const nearest = articles.length && [make("h3", { class: "label", text: home.t("nearest") }), make("ul", { class: "choices", role: "list" }, ...articles)];
  return [...(nearest || []), personButton(home, "no_answer")];
}

function personButton(home, reason) {
  return home.site.person_available !== false && make("button", { type: "button", class: "button small to-person", click: () => home.person(reason) }, icon("person"), home.t("person"));
}

/** Whether an answer helped, and if not, why; beside it the button that copies. */
function feedback(entry, home) {
  const { t } = home;
  const box = make("div", { class: "feedback" });
  const copy = make("button", { type: "button", class: "icon-button", "aria-label": t("copy"), title: t("copy"), click: async () => {
    const done = await copyText(answerText(entry.answer, home));
    home.announce(t(done ? "copied" : "notCopied"));
    copy.replaceChildren(icon(done ? "done" : "copy"));
    setTimeout(() => copy.replaceChildren(icon("copy")), 2000);
  } }, icon("copy"));
  const row = (...children) => make("div", { class: "feedback-row" }, ...children, copy);

  const told = (helpful) => box.replaceChildren(row(make("p", { class: "small muted", tabindex: -1, text: t("thanks") })), ...(helpful ? [] : [offer(home)]));

  const give = async (verdict, reason, comment, then) => {
    try {
      await home.talk.rate(entry, verdict, reason, comment);
      then();
      home.announce(t("thanks"));
    } catch (failure) {
      home.talk.problem(failure);
      box.querySelector(".failure")?.remove();
      box.append(make("p", { class: "failure small", role: "alert", text: t("notGiven") }));
    }
  };

  const why = () => {
    const name = home.uid();
    const reasons = Object.entries(REASONS).map(([value, label]) =>
      make("label", { class: "reason" }, make("input", { type: "radio", name, value }), make("span", { text: t(label) })));
    const comment = make("textarea", { class: "input", rows: 2, maxlength: 1000, "aria-label": t("comment"), placeholder: t("comment") });
    const form = make("form", { class: "why", submit: (event) => {
      event.preventDefault();
      const reason = form.querySelector("input:checked")?.value;
      give("not", reason, comment.value.trim(), () => {
        told(false);
        box.querySelector("[tabindex]").focus(); // what had the focus is gone
      });
    } },
    make("fieldset", {}, make("legend", { class: "small", text: t("why") }), make("div", { class: "reasons" }, ...reasons)),
    comment, make("button", { class: "button small primary", text: t("give") }));
    box.replaceChildren(form);
    form.querySelector("input").focus();
    form.scrollIntoView({ block: "nearest" });
  };

  const button = (name, label, click) => make("button", { type: "button", class: "button small quiet", click }, icon(name), t(label));
  if (entry.helpful === true || entry.helpful === false) told(entry.helpful);
  else {
    const buttons = [button("up", "helpful", () => give("helpful", "", "", () => (told(true), box.querySelector("[tabindex]").focus()))), button("down", "not", () => give("not", "", "", why))];
    box.append(row(make("div", { class: "verdicts", role: "group", "aria-label": t("helped") }, make("span", { class: "small muted", text: t("helped") }), ...buttons)));
  }
  return box;
}

function offer(home) {
  return home.site.person_available !== false && make("div", { class: "offer to-person" }, make("span", { class: "small", text: home.t("offer") }), personButton(home, "not_helpful"));
}

/** An answer as plain text. */
function answerText(answer, home) {
  const source = answer.sources[0];
  const platforms = new Set(answer.steps.map((step) => step.platform).filter(Boolean));
  let platform = null;
  const steps = answer.steps.flatMap((step) => {
    const head = platforms.size > 1 && step.platform !== platform ? [home.t((platform = step.platform) ?? "app")] : [];
    return [...head, `${step.number}. ${step.text}`];
  });
  const link = source && `${home.t("source")}: ${source.title} ${safeAddress(source.url, home.base) ?? ""}`;
  return [answer.warning, answer.text !== answer.warning && answer.text, steps.join("\n"), answer.notes.join("\n"), link].filter(Boolean).join("\n\n");
}

/* --- suggestions while typing ----------------------------------------------------------------------------------- */

/** A list under the field's control: arrow keys choose, Enter asks, Escape closes. What fails stays silent. */
class Suggestions {
  constructor(field, list, home) {
    Object.assign(this, { field, list, home, found: [], active: -1 });
    field.addEventListener("input", (event) => event.isComposing || this.later());
    field.addEventListener("compositionend", () => this.later());
    field.addEventListener("blur", () => this.close());
  }

  later() {
    this.stop();
    const text = this.field.value.trim();
    if (!text || text.length > 60 || text.includes("\n") || !this.home.botAnswers) return this.close();
    this.timer = setTimeout(() => this.load(text), 120);
  }

  stop() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  async load(text) {
    this.request = new AbortController();
    try {
      const query = new URLSearchParams({ q: text, script: SCRIPTS[this.home.language], limit: 5 });
      const found = await this.home.service.json("GET", `/v1/suggestions?${query}`, { signal: this.request.signal });
      if (this.field.value.trim() === text && this.field.matches(":focus")) this.show(found);
    } catch { /* suggestions are a help, no more */ }
  }

  show(found) {
    this.found = found;
    this.active = -1;
    this.list.replaceChildren(...found.map((one, place) => make("li", {
      role: "option", id: `suggestion-${place}`, "aria-selected": "false",
      pointerdown: (event) => event.preventDefault(), // the field keeps the focus
      click: () => this.pick(place),
    }, marked(one.text, one.marks))));
    this.list.hidden = !found.length;
    this.field.removeAttribute("aria-activedescendant");
    if (found.length) this.home.announce(this.home.t("suggested", { n: found.length }));
  }

  close() {
    this.stop();
    if (!this.list.hidden) this.show([]);
  }

  pick(place) {
    const { text } = this.found[place];
    this.close();
    if (this.home.submit(text)) this.home.empty();
  }

  /** Whether a key was for the list. */
  takes(event) {
    if (this.list.hidden) return false;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") this.go(1);
    else if (event.key === "ArrowUp") this.go(-1);
    else if (event.key === "Enter" && this.active >= 0) this.pick(this.active);
    else return false;
    return true;
  }

  go(by) {
    const places = this.found.length + 1; // one of them is the field itself
    this.active = ((this.active + 1 + by + places) % places) - 1;
    [...this.list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === this.active)));
    if (this.active < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `suggestion-${this.active}`);
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }
}

/** A text with the ranges that match; ranges count characters, as the service does, not UTF-16 units. */
function marked(text, ranges) {
  const characters = [...text];
  const node = make("bdi");
  let place = 0;
  for (const [from, to] of ranges) {
    node.append(characters.slice(place, from).join(""), make("mark", { text: characters.slice(from, to).join("") }));
    place = to;
  }
  node.append(characters.slice(place).join(""));
  return node;
}

/* --- the element ------------------------------------------------------------------------------------------------ */

let current = null; // the one widget of the page
let user = {};

class SupportBot extends HTMLElement {
  static observedAttributes = ["locale", "theme", "position"];

  connectedCallback() {
    if (current && current !== this) {
      if (!current.automatic) return; // one is enough; the page's own comes before the script tag's
      current.remove();
    }
    current = this;
    this.base = new URL(this.getAttribute("url") || new URL(SCRIPT?.src ?? location.href).origin, location.href).href.replace(/\/$/, "");
    this.service = new Service(this.base);
    this.lasting = new Kept("localStorage", `supportbot ${this.base}`);
    this.passing = new Kept("sessionStorage", `supportbot ${this.base}`);
    this.talk = new Talk(this.service, this.lasting, this.passing, this);
    this.talk.recall();
    this.site = { style: this.lasting.get().style };
    this.quiet = true;
    this.ids = 0;
    this.t = this.t.bind(this);
    this.ended = new AbortController();
    this.dress();
    this.build();
    this.listen();
    const opened = this.passing.get().open;
    if (opened) this.open({ focus: false });
    whenIdle(() => this.awake());
    this.tell("ready", {});
  }

  disconnectedCallback() {
    if (current !== this) return;
    current = null;
    this.ended.abort();
    this.talk.stop();
  }

  attributeChangedCallback() {
    if (current === this && this.section) this.rebuild();
  }

  /* what it looks like */

  dress() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    this.accent = new CSSStyleSheet();
    root.adoptedStyleSheets = [sheet, this.accent];
    // Sizes follow what the reader set in the browser, not the font size that the page gives its root.
    sheet.replaceSync(":host { all: initial !important }");
    const size = parseFloat(getComputedStyle(this).fontSize) || 16;
    sheet.replaceSync(STYLE.replace(/(\d*\.?\d+)rem\b/g, (_, number) => `${number * size}px`));
    if (this.site.style) this.accent.replaceSync(this.site.style);
  }

  /** The language: chosen in the menu, else named by the tag, the page, the browser. */
  choose() {
    const tag = this.lasting.get().language || this.getAttribute("locale") || document.documentElement.lang || navigator.language;
    this.language = languageOf(tag) ?? 0;
    this.lang = this.talk.language = LANGUAGES[this.language];
    this.paint();
  }

  /** The theme: the tag's own, else what a page that has one says in <html data-theme>, else the system's. */
  paint() {
    const theme = this.getAttribute("theme");
    this.dataset.theme = ["light", "dark"].includes(theme) ? theme : document.documentElement.dataset.theme || "auto";
  }

  t(name, values = {}) {
    return TEXTS[name][this.language].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  date(day) {
    return new Date(`${day}T00:00`).toLocaleDateString(LANGUAGES[this.language], { dateStyle: "medium" });
  }

  uid() {
    return `part-${++this.ids}`;
  }

  get hasPerson() {
    return this.site.person_available !== false && !WITH_PERSON.includes(this.talk.state);
  }

  get botAnswers() {
    return !WITH_PERSON.includes(this.talk.state);
  }

  get isOpen() {
    return Boolean(this.panel) && !this.panel.hidden;
  }

  /** What is there before anybody opens it: a button. */
  build() {
    this.choose();
    this.panel = null;
    this.badge = make("span", { class: "unread", hidden: true });
    this.launcher = make("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", click: () => this.open() }, icon("chat"), this.badge);
    this.announcer = make("p", { class: "hidden-text", role: "status" });
    this.section = make("section", { class: "widget sb-body", "aria-label": this.t("title") }, this.launcher, this.announcer);
    this.shadowRoot.replaceChildren(this.section);
    this.showUnread();
  }

  /** The rest, when it is needed first. */
  furnish() {
    if (this.panel) return;
    const text = this.t;
    this.status = make("p", { class: "status small" });
    this.personEntry = make("button", { type: "button", class: "button small person", click: () => this.person("asked_for_person") }, icon("person"), make("span", { text: text("personShort") }));
    this.menu = this.makeMenu();
    this.menuButton = make("button", { type: "button", class: "icon-button", "aria-label": text("menu"), "aria-expanded": "false", "aria-controls": "menu", click: () => this.toggleMenu() }, icon("more"));
    this.strip = make("div", { class: "strip", hidden: true },
      make("p", { class: "small", text: text("waitingHint") }),
      make("button", { type: "button", class: "button small", text: text("back"), click: () => this.backToBot() }));
    this.connection = make("p", { class: "connection small", role: "status", hidden: true });
    this.log = make("div", { class: "log", role: "log", "aria-live": "off", "aria-label": text("log"), tabindex: 0, scroll: () => this.scrolled() });
    this.latest = make("button", { type: "button", class: "button small latest", hidden: true, click: () => (this.toEnd(), this.log.focus()) }, icon("latest"), text("latest"));
    this.list = make("ul", { class: "suggestions", role: "listbox", id: "suggestions", "aria-label": text("suggestions"), hidden: true });
    this.field = make("textarea", { class: "field-text", rows: 1, "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": "suggestions", "aria-describedby": "hint", autocomplete: "off", enterkeyhint: "send", input: () => this.typed() });
    this.sendButton = make("button", { class: "icon-button send", "aria-label": text("send") }, icon("send"));
    this.hint = make("p", { class: "hint small", id: "hint", text: text("safety") });
    this.error = make("p", { class: "failure small", role: "alert", hidden: true });
    this.form = make("form", { class: "composer", submit: (event) => (event.preventDefault(), this.submit()) },
      this.list, this.error, make("div", { class: "field-box" }, this.field, this.sendButton), this.hint);
    this.panel = make("div", { class: "panel", role: "dialog", "aria-labelledby": "title", tabindex: -1, hidden: true },
      make("header", { class: "bar" },
        make("div", { class: "names" }, make("h2", { id: "title" }), this.status),
        this.personEntry, make("div", { class: "menu-box" }, this.menuButton, this.menu),
        make("button", { type: "button", class: "icon-button", "aria-label": text("close"), click: () => this.close() }, icon("close"))),
      this.strip, this.connection, this.log, this.latest, this.form);
    this.launcher.after(this.panel);
    this.panel.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("keydown", (event) => this.fieldKey(event));
    this.suggestions = new Suggestions(this.field, this.list, this);
    this.field.value = this.passing.get().draft ?? "";
    this.welcome();
    this.state();
    this.typed();
  }

  /** The same in another language or theme. */
  rebuild() {
    const { isOpen, panel } = this;
    this.suggestions?.stop();
    this.build();
    if (!panel) return;
    this.furnish();
    if (isOpen) this.reveal();
    this.talk.entries.forEach((entry) => this.draw(entry));
    this.toEnd();
  }

  makeMenu() {
    const choices = LANGUAGE_NAMES.map((name, place) => make("button", {
      type: "button", lang: LANGUAGES[place], "aria-pressed": String(place === this.language), text: name, click: () => this.speak(place),
    }));
    return make("div", { class: "menu", id: "menu", hidden: true },
      make("button", { type: "button", class: "menu-item", click: () => this.confirmRestart() }, icon("restart"), this.t("restart")),
      make("div", { class: "languages", role: "group", "aria-label": this.t("language") }, ...choices));
  }

  /** The greeting and the questions to begin with, above all that is said. */
  welcome() {
    if (!this.panel) return;
    this.panel.querySelector("#title").textContent = this.site.name || this.t("title");
    const hello = user.name ? this.t("helloName", { name: user.name }) : this.t("hello");
    const starters = (this.site.starters ?? []).map((text) =>
      make("li", {}, make("button", { type: "button", class: "choice", click: () => this.submit(text) && this.focusIn() }, written(text), icon("next"))));
    const node = make("div", { class: "welcome" },
      make("p", { class: "hello" }, written(hello)),
      make("p", { class: "muted" }, written(this.site.greeting || this.t("greeting"))),
      make("div", { class: "starters" },
        starters.length && make("h3", { class: "label", text: this.t("starters") }),
        starters.length && make("ul", { class: "choices", role: "list" }, ...starters)));
    if (this.welcomed) this.welcomed.remove();
    this.welcomed = node;
    this.log.prepend(node);
    this.showStarters();
  }

  showStarters() {
    this.welcomed.lastChild.hidden = this.talk.entries.some((entry) => entry.text !== "expired");
  }

  /* what goes on by itself */

  listen() {
    const { signal } = this.ended;
    addEventListener("online", () => this.panel && (this.state(), this.talk.online()), { signal });
    addEventListener("offline", () => this.state(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.isOpen && this.talk.catchUp(), { signal });
    matchMedia(FULL_SCREEN).addEventListener("change", () => this.fit(), { signal });
    visualViewport?.addEventListener("resize", () => this.fit(), { signal });
    this.watcher = new MutationObserver(() => this.paint());
    this.watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    signal.addEventListener("abort", () => this.watcher.disconnect());
  }

  /** When the page has nothing better to do: the colour, and whether an agent wrote meanwhile. */
  async awake() {
    this.loadSite();
    if (!this.isOpen && WITH_PERSON.includes(this.lasting.get().state)) {
      this.furnish();
      await this.talk.catchUp();
      this.quiet = false;
      this.state();
    }
  }

  /** What the site's admins set. Without it the widget's own words do. */
  async loadSite() {
    const { language } = this;
    if (this.loaded !== language) {
      this.loaded = language; // asked for once: a greeting drawn twice would take the focus from what stands in it
      try {
        const site = await this.service.json("GET", `/v1/site?locale=${LANGUAGES[language]}`);
        if (this.loaded !== language) return; // another was chosen meanwhile
        this.site = site;
        this.lasting.set({ style: this.site.style });
        this.accent.replaceSync(this.site.style);
        this.welcome();
        this.state();
      } catch {
        if (this.loaded === language) this.loaded = null; // the next opening tries again
      }
    }
    this.section.classList.add("settled");
  }

  /* opening and closing */

  async open({ focus = true } = {}) {
    if (this.isOpen) return focus && this.focusIn();
    this.before = document.activeElement === document.body || document.activeElement === this ? null : document.activeElement;
    this.reveal();
    if (focus) this.focusIn();
    this.passing.set({ open: true });
    this.tell("open", {});
    this.loadSite();
    await this.talk.catchUp();
    this.talk.markRead();
    if (this.quiet) this.toLastQuestion();
    this.quiet = false;
  }

  reveal() {
    this.furnish();
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.section.classList.add("open", "settled");
    this.fit();
    this.grow();
  }

  close() {
    if (!this.isOpen) return;
    this.suggestions.close();
    this.toggleMenu(false);
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.section.classList.remove("open");
    this.talk.markRead();
    this.passing.set({ open: false });
    this.state();
    (this.before?.isConnected ? this.before : this.launcher).focus();
    this.tell("close", {});
  }

  /** On a touch screen the keyboard would hide the answer: there the field waits for a touch. */
  focusIn() {
    (matchMedia("(pointer: coarse)").matches ? this.panel : this.field).focus({ preventScroll: true });
  }

  fit() {
    if (!this.panel) return;
    const full = matchMedia(FULL_SCREEN).matches;
    if (full) this.panel.setAttribute("aria-modal", "true");
    else this.panel.removeAttribute("aria-modal");
    const room = full && visualViewport && visualViewport.height < innerHeight - 100; // a keyboard is there
    this.panel.style.blockSize = room ? `${visualViewport.height}px` : "";
    this.full = full;
  }

  key(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      if (this.dialog) this.dialog.cancel();
      else if (!this.menu.hidden) this.toggleMenu(false), this.menuButton.focus();
      else this.close();
    }
    if (event.key === "Tab" && (this.full || this.dialog)) this.keepIn(event);
  }

  /** Tab goes round inside what covers the page. */
  keepIn(event) {
    const within = this.dialog ?? this.panel;
    const stops = [...within.querySelectorAll("button, a[href], input, textarea, [tabindex='0']")].filter((node) => node.checkVisibility() && node.tabIndex >= 0 && !node.disabled);
    const from = this.shadowRoot.activeElement;
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (from !== edge && within.contains(from) && from !== within) return;
    if (from === within && !event.shiftKey) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }

  toggleMenu(show = this.menu.hidden) {
    this.menu.hidden = !show;
    this.menuButton.setAttribute("aria-expanded", String(show));
  }

  confirmRestart() {
    this.toggleMenu(false);
    const cancel = (to = this.menuButton) => {
      this.dialog.remove();
      this.dialog = null;
      to.focus();
    };
    const restart = () => {
      cancel(this.field);
      this.talk.restart();
      this.announce(this.t("greeting"));
    };
    const first = make("button", { type: "button", class: "button", text: this.t("cancel"), click: () => cancel() });
    this.dialog = make("div", { class: "veil" }, make("div", { class: "question", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "confirm", "aria-describedby": "confirm-hint" },
      make("h3", { id: "confirm", text: this.t("restartAsk") }), make("p", { id: "confirm-hint", class: "muted", text: this.t("restartHint") }),
      make("div", { class: "buttons" }, first, make("button", { type: "button", class: "button primary", text: this.t("restart"), click: restart }))));
    this.dialog.cancel = cancel;
    this.panel.append(this.dialog);
    first.focus();
  }

  speak(language) {
    this.lasting.set({ language: LANGUAGES[language] });
    this.rebuild();
    this.menuButton.focus();
    this.loadSite();
  }

  /* writing */

  typed() {
    const { value } = this.field;
    const length = [...value].length;
    this.passing.set({ draft: value });
    this.grow();
    const tooLong = length > LONGEST_QUESTION;
    this.hint.textContent = length > LONGEST_QUESTION - 200 ? `${length} / ${LONGEST_QUESTION}` : this.t("safety");
    this.complain(tooLong && this.t("tooLong", { limit: LONGEST_QUESTION }));
    this.sendable();
  }

  grow() {
    this.field.style.blockSize = "auto";
    if (this.field.scrollHeight) this.field.style.blockSize = `${Math.min(this.field.scrollHeight, 140)}px`;
  }

  sendable() {
    const busy = this.botAnswers && this.talk.sending;
    this.sendButton.disabled = busy || !this.field.value.trim() || [...this.field.value].length > LONGEST_QUESTION;
  }

  complain(text) {
    this.error.hidden = !text;
    if (this.error.textContent !== (text || "")) this.error.textContent = text || "";
    if (text) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /** While an input method composes, its keys are its own: Enter takes a word, and sends nothing. */
  fieldKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (this.suggestions.takes(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  /** Send a text, or what was typed; false while that is not possible. */
  submit(text = this.field.value) {
    const question = text.trim();
    if (!question || [...question].length > LONGEST_QUESTION || (this.botAnswers && this.talk.sending)) return false;
    this.suggestions.close();
    if (this.field.value === text) this.empty();
    this.ask(question);
    return true;
  }

  /** A question of the page; where it cannot be sent now it waits in the field, unless something stands there. */
  askFor(text) {
    if (this.submit(text) || this.field.value) return;
    this.field.value = text;
    this.typed();
  }

  empty() {
    this.field.value = "";
    this.typed();
  }

  ask(text, choice) {
    if (this.botAnswers && this.talk.sending) return undefined;
    return this.talk.ask(text, choice);
  }

  async person(reason) {
    try {
      await this.talk.askForPerson(reason, this.t("personAsk"));
      this.toEnd();
      this.field.focus();
    } catch {
      this.complain(this.t("failedAction"));
    }
  }

  async backToBot() {
    try {
      await this.talk.backToBot();
      this.field.focus();
    } catch (failure) {
      this.talk.problem(failure);
      this.complain(this.t("failedAction"));
    }
  }

  /* what the conversation tells (see Talk) */

  entry(entry) {
    const isNew = !entry.node;
    const atEnd = this.isAtEnd();
    this.draw(entry);
    this.showStarters();
    this.sendable();
    if (this.isOpen) this.talk.markRead();
    this.showUnread();
    if (this.quiet) return;
    if (isNew && entry.author === "visitor") this.toEnd();
    else if (entry.fresh) this.toAnswer(entry);
    else if (isNew && entry.author !== "bot") atEnd ? this.toEnd() : (this.latest.hidden = false);
    else if (atEnd) this.toEnd();
    const complete = entry.fresh || (isNew && entry.author !== "visitor" && !entry.coming);
    if (complete) this.announce(`${this.speaker(entry)}: ${entry.answer ? answerText(entry.answer, this) : this.said(entry)}`);
    entry.fresh = false;
  }

  cleared() {
    this.log.querySelectorAll(".message").forEach((node) => node.remove());
    this.latest.hidden = true;
    this.showStarters();
    this.showUnread();
  }

  state() {
    if (!this.panel) return;
    const { state, agent, broken } = this.talk;
    this.status.textContent = { waiting: this.t("waiting"), agent: this.t("agentHere", { name: agent || this.t("agent") }) }[state] ?? this.t("botStatus");
    this.section.dataset.state = state;
    this.strip.hidden = state !== "waiting";
    this.personEntry.hidden = !this.hasPerson;
    this.field.setAttribute("aria-label", this.t(this.botAnswers ? "ask" : "write"));
    this.field.placeholder = this.t(this.botAnswers ? "ask" : "write");
    const trouble = !navigator.onLine ? this.t("offline") : broken ? this.t("reconnecting") : "";
    this.connection.hidden = !trouble;
    this.connection.textContent = trouble;
    this.sendable();
    this.showUnread();
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`supportbot:${name}`, { detail, bubbles: true, composed: true }));
  }

  /** What the service refused goes back into the field, above what was typed since. */
  returned(text, kind) {
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.typed();
    this.complain(kind === "long" ? this.t("tooLong", { limit: LONGEST_QUESTION }) : this.t("refused"));
  }

  /** Say it to those who hear the page; soon gone, so that nobody finds it a second time. */
  announce(text) {
    clearTimeout(this.announcing);
    this.announcer.textContent = text;
    this.announcing = setTimeout(() => this.announcer.replaceChildren(), 2000);
  }

  showUnread() {
    const { unread } = this.talk;
    const shown = !this.isOpen && unread > 0;
    this.badge.hidden = !shown;
    this.badge.textContent = unread > 9 ? "9+" : unread;
    this.launcher.setAttribute("aria-label", this.t("open") + (shown ? ` (${this.t("unread", { n: unread })})` : ""));
  }

  /* drawing what was said */

  speaker(entry) {
    if (entry.author === "agent") return entry.agent || this.t("agent");
    return this.t(entry.author === "visitor" ? "you" : "bot");
  }

  said(entry) {
    return entry.author === "event" && entry.text in TEXTS ? this.t(entry.text) : entry.text;
  }

  /** Put the entry where it belongs, in place of how it looked before. */
  draw(entry) {
    const node = this.drawn(entry);
    const place = this.talk.entries.indexOf(entry);
    const before = place > 0 ? this.talk.entries[place - 1].node : this.welcomed;
    clearInterval(entry.counting);
    if (entry.node?.isConnected) entry.node.replaceWith(node);
    else if (before?.parentNode === this.log) before.after(node);
    else this.log.append(node);
    entry.node = node;
    if (entry.failure?.kind === "limited") this.countDown(entry);
  }

  drawn(entry) {
    if (entry.author === "event") return make("p", { class: "message event small muted", text: this.said(entry) });
    const lang = { hant: "zh-Hant", hans: "zh-Hans" }[entry.answer?.script];
    if (entry.author !== "visitor") {
      const parts = entry.answer ? answerParts(entry.answer, entry, this) : paragraphs(entry.text);
      return make("div", { class: `message ${entry.author}`, lang },
        make("p", { class: "speaker small" }, icon(entry.author === "agent" ? "person" : "chat"), written(this.speaker(entry))),
        make("div", { class: "content" }, ...parts));
    }
    return make("div", { class: "message visitor" },
      make("div", { class: "bubble" }, make("span", { class: "hidden-text", text: `${this.speaker(entry)}: ` }), written(entry.text)),
      !entry.id && (entry.failure ? this.failure(entry) : this.pending(entry)));
  }

  pending(entry) {
    const words = entry.slow ? "slow" : this.botAnswers ? "typing" : "sending";
    return make("p", { class: "pending small muted", role: "status" }, make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")), this.t(words));
  }

  failure(entry) {
    const words = { offline: "failedOffline", connection: "failedConnection", limited: "failedLimit" }[entry.failure.kind] ?? "failedServer";
    const wait = entry.failure.seconds || 1;
    return make("div", { class: "failure small", role: "alert" },
      make("span", { text: this.t(words, { n: wait }) }),
      make("button", { type: "button", class: "button small", text: this.t("retry"), disabled: words === "failedLimit", click: () => this.retry(entry) }));
  }

  retry(entry) {
    if (this.botAnswers && this.talk.sending) return;
    this.field.focus({ preventScroll: true });
    this.talk.deliver(entry);
  }

  /** Seconds until a question may be sent again; only the end is announced. */
  countDown(entry) {
    const end = (entry.until ??= Date.now() + (entry.failure.seconds || 1) * 1000);
    const box = entry.node.querySelector(".failure");
    const [words, button] = box.children;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      words.textContent = left > 0 ? this.t("failedLimit", { n: left }) : this.t("failedLimitOver");
      button.disabled = left > 0;
      if (left > 0) return;
      clearInterval(entry.counting);
      entry.until = undefined;
    };
    box.setAttribute("aria-live", "off");
    entry.counting = setInterval(tick, 500);
    tick();
  }

  /* where the reader is */

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  scrolled() {
    if (this.isAtEnd()) this.latest.hidden = true;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.latest.hidden = true;
  }

  /** A long answer is read from its beginning, with the question above it. */
  toAnswer(entry) {
    const asked = entry.node.previousElementSibling ?? entry.node;
    if (this.log.scrollHeight - asked.offsetTop < this.log.clientHeight) this.toEnd();
    else this.log.scrollTop = asked.offsetTop - 12;
  }

  toLastQuestion() {
    const asked = this.talk.entries.findLast((entry) => entry.author === "visitor")?.node;
    if (asked) this.toAnswer({ node: asked.nextElementSibling ?? asked });
  }
}

/* --- window.supportbot ------------------------------------------------------------------------------------------ */

const waiting = []; // commands from before there was an element

function run(name, ...values) {
  if (name === "on") {
    const [event, listener] = values;
    addEventListener(`supportbot:${event}`, ({ detail }) => listener(detail));
    if (event === "ready" && current) listener({});
  } else if (name === "setUser") {
    user = { name: String(values[0]?.name ?? "").slice(0, 80) };
    current?.welcome();
  } else if (!current) {
    waiting.push([name, ...values]);
  } else if (name === "open") {
    current.open();
  } else if (name === "close") {
    current.close();
  } else if (name === "toggle") {
    current.isOpen ? current.close() : current.open();
  } else if (name === "ask") {
    current.open().then(() => current?.askFor(String(values[0] ?? "")));
  } else {
    console.warn(`supportbot: there is no command "${name}"`);
  }
}

function whenIdle(task) {
  if (window.requestIdleCallback) requestIdleCallback(task, { timeout: 3000 });
  else setTimeout(task, 200);
}

function start() {
  customElements.define("support-bot", SupportBot);
  if (!current) {
    const element = document.createElement("support-bot");
    element.automatic = true;
    for (const name of ["url", "locale", "theme", "position"]) {
      if (SCRIPT?.dataset[name]) element.setAttribute(name, SCRIPT.dataset[name]);
    }
    document.body.append(element);
  }
  waiting.splice(0).forEach((command) => run(...command));
}

const queue = Array.isArray(window.supportbot) ? window.supportbot : [];
window.supportbot = Object.fromEntries(["open", "close", "toggle", "ask", "setUser", "on"].map((name) => [name, (...values) => run(name, ...values)]));
window.supportbot.push = (...commands) => commands.forEach((command) => run(...[command].flat()));
queue.forEach((command) => run(...[command].flat()));

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
})();
