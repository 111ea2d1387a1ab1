// Draws strips of tokens coloured by value. Texts go in with textContent only: a token may be "<script>".
// Everything shown is in `data` (see heatmap.py); nothing is computed here but colours and places.

const memory = new WeakMap(); // parentElement -> what must outlive a redraw

// PRGn-like pair: told apart by people who do not see red and green as different.
const HUES = {
  light: { positive: [0, 109, 68], negative: [118, 42, 131] },
  dark: { positive: [102, 214, 158], negative: [206, 147, 232] },
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".nv-root");
  if (!root || !data) return undefined;
  const kept = remembered(parentElement);
  const view = { data, root, kept, palette: paletteOf(root), pick: setTriggerValue };
  view.tip = newTip();
  root.classList.toggle("nv-pickable", Boolean(data.pickable));
  const held = focusedIn(root);
  root.replaceChildren(legend(view), ...data.groups.map((group, index) => groupOf(view, group, index)), view.tip);
  listen(view);
  focusAgain(root, held);
  kept.hide = () => hideTip(view);
  return () => forget(parentElement);
}

function remembered(parentElement) {
  let kept = memory.get(parentElement);
  if (!kept) {
    kept = { open: new Set(), hide: () => {} };
    kept.onScroll = () => kept.hide();
    document.addEventListener("scroll", kept.onScroll, { capture: true, passive: true });
    memory.set(parentElement, kept);
  }
  return kept;
}

function forget(parentElement) {
  const kept = memory.get(parentElement);
  if (kept) document.removeEventListener("scroll", kept.onScroll, { capture: true });
  memory.delete(parentElement);
}

// --- colours ---------------------------------------------------------------------------------------------------

function paletteOf(root) {
  const style = getComputedStyle(root);
  const background = parseColour(style.getPropertyValue("--st-background-color")) || [255, 255, 255];
  const text = parseColour(style.getPropertyValue("--st-text-color")) || [0, 0, 0];
  const hues = luminance(background) < 0.18 ? HUES.dark : HUES.light;
  return { background, text, ...hues, known: new Map() };
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

function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// The better of black and white always reaches 4.58 : 1.
function inkOn(colour, palette) {
  if (contrast(colour, palette.text) >= 4.5) return palette.text;
  return contrast(colour, [0, 0, 0]) > contrast(colour, [255, 255, 255]) ? [0, 0, 0] : [255, 255, 255];
}

// Background at 0, the full hue at `scale`, in 200 steps on either side.
function shade(view, value, scale) {
  const { palette } = view;
  const share = scale > 0 ? Math.max(-1, Math.min(1, value / scale)) : 0;
  const step = Math.round(share * 200);
  if (!palette.known.has(step)) {
    const hue = step < 0 ? palette.negative : palette.positive;
    const mixed = palette.background.map((from, part) => Math.round(from + (hue[part] - from) * Math.abs(step / 200)));
    palette.known.set(step, { fill: css(mixed), ink: css(inkOn(mixed, palette)) });
  }
  return palette.known.get(step);
}

function css(colour) {
  return `rgb(${colour.join(", ")})`;
}

// --- legend ----------------------------------------------------------------------------------------------------

function legend(view) {
  const box = make("div", "nv-legend");
  for (const row of view.data.legend) {
    const line = make("span", "nv-legend-row");
    if (row.kind === "scale") {
      const bar = make("span", "nv-legend-bar");
      bar.style.background = gradient(view, row.low, row.high);
      const low = make("span", "", row.lowText);
      line.append(make("span", "", row.name), low, bar, make("span", "", row.highText));
    } else if (row.kind === "difference") {
      const bar = make("span", "nv-legend-bar");
      bar.style.background = gradient(view, -row.high, row.high);
      line.append(make("span", "", row.name), bar, make("span", "", row.end));
    } else {
      const swatch = make("span", `nv-legend-swatch nv-${row.kind}`);
      line.append(swatch, make("span", "", row.name));
    }
    box.append(line);
  }
  return box;
}

function gradient(view, low, high) {
  const stops = [];
  for (let part = 0; part <= 10; part += 1) {
    stops.push(shade(view, low + ((high - low) * part) / 10, high).fill);
  }
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

// --- groups and strips -------------------------------------------------------------------------------------------

function groupOf(view, group, index) {
  const section = make("section", "nv-group");
  if (group.title) section.append(make("h4", "nv-group-title", group.title));
  if (group.note) section.append(make("p", "nv-note", group.note));
  const list = make("div", "");
  const name = group.title || String(index);
  const first = Math.min(group.shown || group.strips.length, group.strips.length);
  const fill = () => {
    const end = view.kept.open.has(name) ? group.strips.length : first;
    while (list.childElementCount > end) list.lastElementChild.remove();
    for (let place = list.childElementCount; place < end; place += 1) {
      list.append(entryOf(view, group.strips[place], index, place));
    }
  };
  fill();
  section.append(list);
  if (first < group.strips.length) section.append(moreButton(view, name, first, group.strips.length, fill));
  return section;
}

function moreButton(view, name, first, total, fill) {
  const button = make("button", "nv-more");
  button.type = "button";
  const label = () => {
    const open = view.kept.open.has(name);
    button.textContent = open ? `Show ${first} only` : `Show all ${total}`;
    button.setAttribute("aria-expanded", String(open));
  };
  button.onclick = () => {
    if (!view.kept.open.delete(name)) view.kept.open.add(name);
    fill();
    label();
  };
  label();
  return button;
}

function entryOf(view, strip, group, place) {
  const entry = make("div", "nv-entry");
  if (strip.heading) entry.append(make("p", "nv-heading", strip.heading));
  entry.append(stripOf(view, strip, group, place));
  return entry;
}

function stripOf(view, strip, group, place) {
  const { data } = view;
  const box = make("div", "nv-strip");
  Object.assign(box.dataset, {
    dataset: data.dataset,
    layer: strip.layer,
    neuron: strip.neuron,
    excerpt: strip.excerpt,
    normalization: data.normalization,
    scaleMax: precise(strip.scale),
  });
  if (strip.simulated) box.classList.add("nv-stacked");
  if (strip.simulated) box.dataset.simulatedScale = data.simulatedScale;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", `${strip.heading || "Excerpt"}. Arrow keys move from token to token.`);
  const parts = [];
  let peak = 0;
  strip.tokens.forEach((text, position) => {
    parts.push(tokenOf(view, strip, text, position, group, place));
    if (data.breaks && text.includes("↵")) parts.push(document.createElement("br"));
    if (strip.real[position] > strip.real[peak]) peak = position;
  });
  box.append(...parts);
  const tokens = box.getElementsByClassName("nv-token");
  if (tokens.length) tokens[strip.chosen ?? peak].tabIndex = 0;
  return box;
}

function tokenOf(view, strip, text, position, group, place) {
  const value = strip.real[position];
  const token = make("span", "nv-token");
  token.tabIndex = -1;
  token.setAttribute("role", "option");
  const set = token.dataset;
  set.position = position;
  set.tokenId = strip.ids ? strip.ids[position] : "";
  set.activation = precise(value);
  token.nvAt = { strip, position, group, place };
  const word = make("span", "nv-word", text);
  paint(word, shade(view, value, strip.scale));
  token.append(word);
  if (Math.abs(value) > strip.scale * 1.0005) token.classList.add("nv-clipped");
  if (strip.chosen === position) token.classList.add("nv-chosen");
  if (strip.simulated) addSimulated(view, token, strip, position);
  return token;
}

function addSimulated(view, token, strip, position) {
  const simulated = strip.simulated[position];
  const missing = simulated === null;
  if (!missing) token.dataset.simulated = precise(simulated);
  const row = make("span", missing ? "nv-row nv-missing" : "nv-row");
  if (!missing) row.style.background = shade(view, simulated, strip.simulatedScale).fill;
  token.append(row);
  if (!view.data.difference) return;
  const strayed = make("span", missing ? "nv-row nv-missing" : "nv-row");
  if (!missing) strayed.style.background = shade(view, simulated - strip.real[position], strip.scale).fill;
  token.append(strayed);
}

function paint(element, { fill, ink }) {
  element.style.background = fill;
  element.style.color = ink;
}

// --- pointer and keys ----------------------------------------------------------------------------------------------

function listen(view) {
  const { root } = view;
  root.onpointerover = (event) => {
    const token = tokenAt(event);
    if (token) showTip(view, token);
  };
  root.onpointerleave = () => hideTip(view);
  root.onkeydown = (event) => onKey(view, event);
  root.onclick = (event) => pick(view, tokenAt(event));
  root.nvView = view; // focusin has no "on" property: one listener that looks up the latest view
  if (root.nvListening) return;
  root.nvListening = true;
  root.addEventListener("focusin", (event) => describe(root.nvView, tokenAt(event)));
  root.addEventListener("focusout", () => hideTip(root.nvView));
}

// A redraw (after a choice) replaces the tokens: the one that had the focus gets it back.
function focusedIn(root) {
  const active = root.getRootNode().activeElement;
  const token = active && root.contains(active) ? active.closest(".nv-token") : null;
  if (!token) return null;
  const strips = [...root.getElementsByClassName("nv-strip")];
  return { strip: strips.indexOf(token.parentElement), position: token.dataset.position };
}

function focusAgain(root, held) {
  const strip = held && root.getElementsByClassName("nv-strip")[held.strip];
  const token = strip && strip.querySelector(`.nv-token[data-position="${held.position}"]`);
  if (token) token.focus({ preventScroll: true });
}

function describe(view, token) {
  if (!token) return;
  const stop = token.parentElement.querySelector('[tabindex="0"]');
  if (stop) stop.tabIndex = -1;
  token.tabIndex = 0; // one tab stop a strip: where the visitor was last
  token.setAttribute("aria-label", spoken(view, token));
  showTip(view, token);
}

function tokenAt(event) {
  return event.target instanceof Element ? event.target.closest(".nv-token") : null;
}

function onKey(view, event) {
  const token = tokenAt(event);
  if (!token || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  const tokens = [...token.parentElement.getElementsByClassName("nv-token")];
  const at = tokens.indexOf(token);
  const aims = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tokens.length - 1 };
  if (event.key in aims) {
    tokens[Math.max(0, Math.min(tokens.length - 1, aims[event.key]))].focus();
  } else if (event.key === "Enter" || event.key === " ") {
    pick(view, token);
  } else if (event.key === "Escape") {
    hideTip(view);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function pick(view, token) {
  if (!token || !view.data.pickable) return;
  const { group, place, position } = token.nvAt;
  view.pick("picked", [group, place, position]);
}

// --- the tip -------------------------------------------------------------------------------------------------------

function newTip() {
  const tip = make("div", "nv-tip");
  tip.setAttribute("role", "tooltip");
  tip.id = "nv-tip";
  tip.hidden = true;
  // In the top layer no ancestor can cut it off.
  if (typeof tip.showPopover === "function") tip.popover = "manual";
  return tip;
}

function facts(view, token) {
  const { strip, position } = token.nvAt;
  const value = strip.real[position];
  const rows = [
    ["Token", strip.tokens[position]],
    ["Token id", strip.ids ? String(strip.ids[position]) : "not known"],
    ["Position", String(position)],
    [strip.simulated ? "Real value" : "Value", rounded(value)],
    ["Of the neuron's maximum", strip.maximum > 0 ? `${((100 * value) / strip.maximum).toFixed(1).replace("-", "−")} %` : "not defined"],
  ];
  if (strip.simulated) {
    const simulated = strip.simulated[position];
    rows.push(["Simulated", simulated === null ? "missing" : rounded(simulated)]);
    if (simulated !== null && view.data.simulatedScale === "calibrated") {
      rows.push(["Simulated − real", rounded(simulated - value)]);
    }
  }
  return rows;
}

function spoken(view, token) {
  return facts(view, token).map(([name, value]) => `${name} ${value}`).join(", ");
}

function showTip(view, token) {
  const { tip } = view;
  const list = make("dl", "");
  for (const [name, value] of facts(view, token)) list.append(make("dt", "", name), make("dd", "", value));
  tip.replaceChildren(list);
  tip.hidden = false;
  if (tip.popover && !tip.matches(":popover-open")) tip.showPopover();
  token.setAttribute("aria-describedby", tip.id);
  const place = token.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const below = place.bottom + 6 + size.height <= window.innerHeight;
  tip.style.left = `${Math.max(4, Math.min(place.left, window.innerWidth - size.width - 4))}px`;
  tip.style.top = `${below ? place.bottom + 6 : Math.max(4, place.top - size.height - 6)}px`;
}

function hideTip(view) {
  const { tip } = view;
  if (tip.popover && tip.matches(":popover-open")) tip.hidePopover();
  tip.hidden = true;
}

// --- small things --------------------------------------------------------------------------------------------------

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function precise(value) {
  return value === null ? "" : Number(value).toPrecision(8);
}

function rounded(value) {
  return Number(value).toPrecision(4).replace("-", "−");
}
