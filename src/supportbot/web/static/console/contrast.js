// The accent as customers will see it: the same steps as the service takes when it makes the style sheet.

const ENOUGH = 4.5;
const DARKEST = "#0b1110", LIGHTEST = "#ffffff";
export const SURFACES = { light: "#eef2f0", dark: "#242b2e" };

/**
 * Return the accent in a theme, what is written on it, and its contrast to the surface.
 * @param {string} accent  as `#rrggbb`
 * @param {"light" | "dark"} theme
 */
export function shadeOf(accent, theme) {
  const toward = theme === "light" ? DARKEST : LIGHTEST;
  const steps = Array.from({ length: 21 }, (_, place) => mixed(accent, toward, place / 20));
  const shade = steps.find((one) => contrast(one, SURFACES[theme]) >= ENOUGH) ?? toward;
  const ink = contrast(LIGHTEST, shade) >= contrast(DARKEST, shade) ? LIGHTEST : DARKEST;
  return { shade, ink, ratio: contrast(shade, SURFACES[theme]) };
}

/**
 * Return the contrast of two colours as WCAG 2.2 counts it, 1 to 21.
 * @param {string} one
 * @param {string} other
 */
export function contrast(one, other) {
  const [brighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

/** @param {string} color */
const parts = (color) => [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16));

/**
 * @param {string} one
 * @param {string} other
 * @param {number} share  of the other
 */
function mixed(one, other, share) {
  const to = parts(other);
  return `#${parts(one).map((value, place) => rounded(value + (to[place] - value) * share).toString(16).padStart(2, "0")).join("")}`;
}

/** Halves go to the even neighbour, as on the server. */
const rounded = (/** @type {number} */ value) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

/** @param {string} color */
function luminance(color) {
  const [red, green, blue] = parts(color).map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
