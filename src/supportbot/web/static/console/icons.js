import { glyph } from "../shared/dom.js";

const ICONS = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
  queue: "M4 5h16v11H9l-5 4ZM8 9h8M8 12.5h5",
  gaps: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM9.6 9.4a2.5 2.5 0 1 1 3.3 2.7c-.7.3-.9.7-.9 1.6M12 16.6v.2",
  health: "M3 12h4l2.5-6 4.5 12 2.5-6H21",
  statistics: "M4 20h16M7 17v-5M12 17V7M17 17v-8",
  versions: "M12 4 4 8l8 4 8-4ZM4 12l8 4 8-4M4 16l8 4 8-4",
  sources: "M4 11a8 8 0 0 1 14.2-4L20 9M20 4v5h-5M20 13a8 8 0 0 1-14.2 4L4 15M4 20v-5h5",
  settings: "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M13 5v4M7 10v4M13 15v4",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "m6 6 12 12M18 6 6 18",
  copy: "M9 9h10v11H9ZM5 15V4h10",
  open: "M13 4h7v7M20 4l-9 9M18 14v6H4V6h6",
  back: "m14 6-6 6 6 6",
  keys: "M3 7h18v10H3ZM7 10.5h.1M12 10.5h.1M17 10.5h.1M8 14h8",
  out: "M10 5H5v14h5M15 8l4 4-4 4M19 12H9",
  send: "M4 12 20 4l-5 16-3.5-6.5Z",
  add: "M12 5v14M5 12h14",
  up: "M12 19V6M6.5 11.5 12 6l5.5 5.5",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  undo: "M8 6 4 10l4 4M4 10h10a5.5 5.5 0 0 1 0 11H9",
  quote: "M5 4h9l5 5v11H5ZM14 4v5h5M8 13h8M8 16.5h5",
  person: "M12 4a3.8 3.8 0 1 0 0 7.6A3.8 3.8 0 0 0 12 4ZM5 20c.6-3.6 3.4-5.6 7-5.6s6.4 2 7 5.6",
  check: "m5 12.5 4.5 4.5L19 7.5",
};

/** @typedef {keyof typeof ICONS} Icon */

/**
 * Return an icon by name; the words beside it say what it means.
 * @param {Icon} name
 */
export const icon = (name) => glyph(ICONS[name]);
