import { LANGUAGES } from "./locale.js";

/**
 * Return the function that looks texts up: `t(key, values)` is the text in the current language with `{name}` filled in from
 * `values`. English may hold "one|many": the first is for `n` = 1. It throws for a key without a text.
 * @template {string} K
 * @param {Record<K, string[]>} texts  by key, in the order of LANGUAGES
 * @param {() => string} language
 * @param {(value: any) => string} [format]  of the values
 */
export function lookup(texts, language, format = String) {
  const columns = Object.keys(LANGUAGES);
  return (/** @type {K} */ key, /** @type {Record<string, any>} */ values = {}) => {
    if (!Object.hasOwn(texts, key)) throw new Error(`no text ${key}`);
    const variants = texts[key][columns.indexOf(language())].split("|");
    const text = variants.length > 1 && values.n !== 1 ? variants[1] : variants[0];
    return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? format(values[name]) : hole));
  };
}
