// The colours: background for zero, one hue for positive values, another for negative ones. Steps of value are equal
// steps in OKLab, so they look equal. Text on a colour is black, white or the theme's, whichever can be read.

// A green and a purple of the same lightness: told apart by people who do not see red and green as different.
const HUES = {
  light: { positive: [0, 109, 68], negative: [124, 58, 148] },
  dark: { positive: [102, 214, 158], negative: [218, 165, 240] },
};
const STEPS = 100; // on either side of zero
const READABLE = 4.5; // WCAG 2, level AA

function paletteOf(root) {
  const style = getComputedStyle(root);
  const background = parseColour(style.getPropertyValue("--st-background-color")) || [255, 255, 255];
  const text = parseColour(style.getPropertyValue("--st-text-color")) || [0, 0, 0];
  return { background, text, ...HUES[luminance(background) < 0.18 ? "dark" : "light"] };
}

function parseColour(written) {
  const value = (written || "").trim();
  const hex = value.match(/^#([0-9a-f]{3,8})$/i);
  if (hex) {
    const digits = hex[1].length < 6 ? [...hex[1]].map((digit) => digit + digit).join("") : hex[1];
    return [0, 2, 4].map((start) => parseInt(digits.slice(start, start + 2), 16));
  }
  const numbers = value.match(/[\d.]+/g);
  return value.startsWith("rgb") && numbers ? numbers.slice(0, 3).map(Number) : null;
}

function linear(part) {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function encoded(light) {
  const share = Math.min(1, Math.max(0, light));
  return Math.round(255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055));
}

function luminance(colour) {
  const [r, g, b] = colour.map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// OKLab as Björn Ottosson defines it (2020).
function toLab(colour) {
  const [r, g, b] = colour.map(linear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([light, a, b]) {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function colourAt(palette, step) {
  const from = toLab(palette.background);
  const to = toLab(step < 0 ? palette.negative : palette.positive);
  const share = Math.abs(step) / STEPS;
  return step === 0 ? palette.background : fromLab(from.map((part, at) => part + (to[at] - part) * share));
}

// The better of black and white always reaches 4.58 : 1.
function inkOn(colour, palette) {
  if (contrast(colour, palette.text) >= READABLE) return palette.text;
  return contrast(colour, [0, 0, 0]) > contrast(colour, [255, 255, 255]) ? [0, 0, 0] : [255, 255, 255];
}

function css(colour) {
  return `rgb(${colour.join(", ")})`;
}

// A class for every step, so that a token needs one word and another theme needs one new sheet.
function sheetOf(palette) {
  const rules = [];
  for (let step = -STEPS; step <= STEPS; step += 1) {
    const fill = colourAt(palette, step);
    rules.push(`.${classOfStep(step)}{background:${css(fill)};color:${css(inkOn(fill, palette))}}`);
  }
  return rules.join("\n");
}

function classOfStep(step) {
  return step < 0 ? `nv-n${-step}` : `nv-p${step}`;
}

function stepOf(value, scale) {
  const share = scale > 0 ? value / scale : 0;
  return Math.round(STEPS * Math.max(-1, Math.min(1, share)));
}

function shade(value, scale) {
  return value === null ? "nv-missing" : classOfStep(stepOf(value, scale));
}

function gradient(palette, low, high) {
  const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const stops = [];
  for (let part = 0; part <= 20; part += 1) {
    stops.push(css(colourAt(palette, stepOf(low + ((high - low) * part) / 20, largest))));
  }
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
