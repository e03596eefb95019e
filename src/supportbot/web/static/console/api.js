// Talking to the service: the key, errors, jobs. The key lives as long as the tab does.

/** @import { JobOut, KeyOut } from "../shared/api.d.ts" */

const PLACE = "console.key";
const JOB_SECONDS = 0.4;

/** An answer that is an error; `status` 0 when there was no answer. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {{ message: string }[]} [details]
   */
  constructor(status, code, message, details = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const session = {
  /** Whoever is signed in. */
  who: /** @type {KeyOut | null} */ (null),
  get key() { return sessionStorage.getItem(PLACE); },
  get isAdmin() { return this.who?.role === "admin"; },
  /**
   * @param {string} key
   * @param {KeyOut} who
   */
  keep(key, who) {
    sessionStorage.setItem(PLACE, key);
    this.who = who;
  },
  end() {
    sessionStorage.removeItem(PLACE);
    this.who = null;
  },
};

/** @type {(() => Promise<void>) | null} */
let signInAgain = null;

/**
 * Set what is done when the key is refused: a function whose promise is kept once there is another key.
 * @param {() => Promise<void>} ask
 */
export function onRefused(ask) {
  signInAgain = ask;
}

/**
 * Return who owns a key. Throws `ApiError`.
 * @param {string} key
 * @returns {Promise<KeyOut>}
 */
export const owner = async (key) => (await send("/v1/key", {}, key)).json();

/** @typedef {{ method?: string, body?: object, signal?: AbortSignal }} Options */

/**
 * Call the API and return its JSON. When the key is refused, somebody signs in and the call is made again. Throws `ApiError`.
 * @param {string} path
 * @param {Options} [options]
 */
export async function call(path, options = {}) {
  return (await answered(path, options)).json();
}

/**
 * Call the API and return a file. Throws `ApiError`.
 * @param {string} path
 */
export async function file(path) {
  return (await answered(path, {})).blob();
}

/**
 * @param {string} path
 * @param {Options} options
 */
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

/**
 * @param {string} path
 * @param {Options} options
 * @param {string | null} key
 */
async function send(path, { method, body, signal }, key) {
  /** @type {Record<string, string>} */
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

/**
 * Return a path with a query of the values that are there.
 * @param {string} path
 * @param {Record<string, any>} values
 */
export function withQuery(path, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return query.size ? `${path}?${query}` : path;
}

/**
 * Follow a job to its end and return its result. `progress(done, total)` is called on the way. Throws `ApiError` when it failed.
 * @param {JobOut} job
 * @param {((done: number, total: number) => void) | null} progress
 * @param {AbortSignal} [signal]
 */
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

/**
 * Wait. Throws `AbortError` when `signal` is aborted.
 * @param {number} seconds
 * @param {AbortSignal} [signal]
 */
export const pause = (seconds, signal) => /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
  const end = () => (signal?.removeEventListener("abort", abort), resolve());
  const timer = setTimeout(end, seconds * 1000);
  const abort = () => (clearTimeout(timer), reject(new DOMException("", "AbortError")));
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
}));
