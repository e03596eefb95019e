import { call } from "./api.js";
import { language } from "./texts.js";

/** @type {Record<string, Promise<Record<string, string>>>} */
const asked = {};

/** Return the labels of the site's platforms by id, in the language of the console; none where the service does not tell. */
export const platformLabels = () => (asked[language()] ??= call(`/v1/site?locale=${language()}`).then((site) => site.platforms).catch(() => {
  delete asked[language()]; // the next view tries again
  return {};
}));
