/** @import { AnswerOut, Reply } from "../shared/api.d.ts" */
/** @import { StreamEvent } from "./stream.js" */

/**
 * Return an answer of which nothing has come but its beginning.
 * @param {Pick<Reply, "outcome" | "script">} start
 * @returns {AnswerOut}
 */
export const begun = ({ outcome, script }) => ({
  outcome, script, warning: null, blocks: [], sources: [], choices: [], candidates: [],
  confidence: 0, intent: null, context: null, index_version: "", timings_ms: {},
});

/**
 * Add what an event of the stream brings to an answer. The events text, step and note repeat what blocks hold.
 * @param {AnswerOut} answer
 * @param {StreamEvent} event
 */
export function addPart(answer, { name, data }) {
  if (name === "warning") answer.warning = data.text;
  if (name === "block") answer.blocks.push(data);
  if (name === "source") answer.sources.push(data);
  if (name === "choices") answer.choices = data.choices;
}
