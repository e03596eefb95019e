import { glyph } from "../shared/dom.js";

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
};

/**
 * Return an icon by name.
 * @param {keyof typeof ICONS} name
 */
export const icon = (name) => glyph(ICONS[name]);
