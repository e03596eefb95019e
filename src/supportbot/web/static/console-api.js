// Talking to the service: the key, errors, jobs. The key lives as long as the tab does.

const PLACE = "console.key";
const JOB_SECONDS = 0.4;

/** An answer that is an error; `status` 0 when there was no answer. */
export class ApiError extends Error {
  constructor(status, code, message, details = []) {
    super(message);
    Object.assign(this, { status, code, details });
  }
}

export const session = {
  /** What GET /v1/key says of whoever is signed in. */
  who: null,
  get key() { return sessionStorage.getItem(PLACE); },
  get isAdmin() { return this.who?.role === "admin"; },
  keep(key, who) {
    sessionStorage.setItem(PLACE, key);
    this.who = who;
  },
  end() {
    sessionStorage.removeItem(PLACE);
    this.who = null;
  },
};

let signInAgain = null;

/** What to do when the key is refused: a function whose promise is kept once there is another key. */
export function onRefused(ask) {
  signInAgain = ask;
}

/** Who owns a key. Throws `ApiError`. */
export const owner = async (key) => (await send("/v1/key", {}, key)).json();

/** A call of the API; its JSON. When the key is refused, somebody signs in and the call is made again. */
export async function call(path, options = {}) {
  return (await answered(path, options)).json();
}

/** The same for a file. */
export async function file(path) {
  return (await answered(path, {})).blob();
}

async function answered(path, options) {
  const key = session.key;
  try {
    return await send(path, options, key);
  } catch (error) {
    if (error.status !== 401 || !signInAgain) throw error;
    if (session.key === key || !session.key) await signInAgain();
    return send(path, options, session.key);
  }
}

async function send(path, { method, body, signal } = {}, key) {
  const headers = { Authorization: `Bearer ${key}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(path, { method: method ?? (body === undefined ? "GET" : "POST"), headers, body: body && JSON.stringify(body), signal, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", "");
  }
  if (reply.ok) return reply;
  const problem = await reply.json().then((content) => content.error, () => null);
  throw new ApiError(reply.status, problem?.code ?? "internal", problem?.message ?? "", problem?.details);
}

/** A path with a query of the values that are there. */
export function withQuery(path, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return query.size ? `${path}?${query}` : path;
}

/** Follow a job to its end; its result. `progress(done, total)` is called on the way. Throws `ApiError` when it failed. */
export async function finished(job, progress, signal) {
  const place = session.isAdmin ? "/v1/admin/jobs" : "/v1/jobs"; // agents see their previews only
  while (job.state === "running") {
    progress?.(job.done, job.total);
    await pause(JOB_SECONDS, signal);
    job = await call(`${place}/${job.id}`, { signal });
  }
  if (job.state === "failed") throw new ApiError(500, "job_failed", job.result?.error ?? "");
  return job.result;
}

/** Wait; throws when `signal` says that nobody waits any more. */
export function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const end = () => reject(new DOMException("", "AbortError"));
    if (signal?.aborted) return end();
    const timer = setTimeout(() => { signal?.removeEventListener("abort", stop); resolve(); }, seconds * 1000);
    const stop = () => { clearTimeout(timer); end(); };
    signal?.addEventListener("abort", stop, { once: true });
  });
}
