// What is said of a token: on hover and focus as a tip; after a click or Enter it stays, with what can be done next.

const CHART = { width: 232, height: 44 };

function newTip() {
  const tip = make("div", "nv-tip");
  tip.setAttribute("role", "tooltip");
  tip.id = "nv-tip";
  tip.hidden = true;
  // In the top layer no ancestor can cut it off.
  if (typeof tip.showPopover === "function") tip.popover = "manual";
  return tip;
}

function placeOf(token) {
  const { strip, group, place } = token.parentElement.nvAt;
  return { strip, group, place, position: Number(token.dataset.position) };
}

function facts(view, token) {
  const { strip, position } = placeOf(token);
  const value = strip.real[position];
  const known = view.data.neurons[`${strip.layer}:${strip.neuron}`];
  const rows = [
    ...tokenRows(strip, position),
    ["Position (from 0)", String(position)],
    [strip.simulated ? "Real value" : "Value", rounded(value)],
    ["Of the neuron's maximum", share(value, strip.maximum)],
  ];
  if (known && known.tail && value !== null) rows.push(["Tokens of the corpus above it", rarity(known, value)]);
  return strip.simulated ? [...rows, ...simulatedRows(view, strip, position)] : rows;
}

function tokenRows(strip, position) {
  const part = strip.parts[position];
  const rows = [["Token", strip.tokens[position] || part[0]]];
  if (part) rows.push([partWords(part), `bytes ${part[3]}`]);
  rows.push(["Token id", strip.ids ? String(strip.ids[position]) : "not known"]);
  return rows;
}

function share(value, maximum) {
  if (value === null || !(maximum > 0)) return "not defined";
  return `${((100 * value) / maximum).toFixed(1).replace("-", "−")} %`;
}

function simulatedRows(view, strip, position) {
  const simulated = strip.simulated[position];
  const real = strip.real[position];
  const rows = [["Simulated", simulated === null ? "missing" : rounded(simulated)]];
  if (strip.marks[position]) rows.unshift(["Marked as", strip.marks[position].replace("-", " ")]);
  if (simulated === null || view.data.simulatedScale !== "calibrated") return rows;
  return real === null ? rows : [...rows, ["Simulated − real", rounded(simulated - real)]];
}

// As `stats.exceedance`: between grid points the logarithm of the probability is linear in the value.
function rarity(known, value) {
  const [values, probabilities] = known.tail;
  const last = values.length - 1;
  const none = known.tokens ? `none of ${known.tokens.toLocaleString("en")}` : "none";
  if (known.high !== null && value > known.high + 1e-4 * Math.abs(known.high)) return none;
  if (value < values[0]) return `more than ${percent(probabilities[0])}`;
  // The neuron's own maximum, where the corpus resolves no more.
  if (value > values[last] && known.top !== null && value >= known.top) return none;
  if (value > values[last]) return `at most ${oneIn(probabilities[last])}`;
  const upper = Math.max(1, values.findIndex((entry) => entry >= value));
  const [low, high] = [values[upper - 1], values[upper]];
  const part = high > low ? (value - low) / (high - low) : 0;
  const probability = probabilities[upper - 1] * (probabilities[upper] / probabilities[upper - 1]) ** part;
  return probability > 0.1 ? percent(probability) : oneIn(probability);
}

function percent(probability) {
  return `${Math.round(100 * probability)} %`;
}

function spoken(view, token) {
  return facts(view, token).map(([name, value]) => `${name} ${value}`).join(", ");
}

// --- pictures --------------------------------------------------------------------------------------------------------

// The neuron's histogram over the corpus, counts by their logarithm, with the value and the simulated one on it.
function histogram(view, strip, position) {
  const known = view.data.neurons[`${strip.layer}:${strip.neuron}`];
  if (!known || !known.counts || !(known.high > known.low)) return [];
  const picture = chart(known.counts.map((count) => Math.log1p(count)));
  const at = (value) => CHART.width * Math.max(0, Math.min(1, (value - known.low) / (known.high - known.low)));
  const mark = (value, className) => {
    const line = { x1: at(value), x2: at(value), y1: 0, y2: CHART.height, class: className };
    picture.append(makeSvg("line", line));
  };
  const simulated = strip.simulated && view.data.simulatedScale === "calibrated" ? strip.simulated[position] : null;
  if (simulated !== null) mark(simulated, "nv-mark nv-mark-simulated");
  if (strip.real[position] !== null) mark(strip.real[position], "nv-mark nv-mark-real");
  const words = simulated === null ? "this value in the corpus, log counts" : "real (line), simulated (dashed), log counts";
  return [picture, under(rounded(known.low), words, rounded(known.high))];
}

// How the simulator's answer was distributed, on its own scale.
function answers(strip, position) {
  const found = strip.answers && strip.answers[position];
  if (!found) return [];
  const [values, probabilities] = found;
  const size = Math.max(10, ...values) + 1;
  const heights = new Array(Math.round(size)).fill(0);
  values.forEach((value, place) => {
    const bin = Math.max(0, Math.min(heights.length - 1, Math.round(value)));
    heights[bin] += probabilities[place];
  });
  const likely = values.map((value, place) => [probabilities[place], value]).sort((a, b) => b[0] - a[0]).slice(0, 3);
  const words = likely.map(([probability, value]) => `${value}: ${percent(probability)}`).join(", ");
  return [
    make("p", "nv-tip-title", "The simulator's answers"),
    chart(heights),
    under("0", words, String(heights.length - 1)),
  ];
}

function chart(heights) {
  const picture = makeSvg("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, class: "nv-chart", "aria-hidden": "true" });
  const top = Math.max(...heights) || 1;
  const width = CHART.width / heights.length;
  const path = heights.map((height, place) => {
    const tall = (height / top) * (CHART.height - 2);
    return `M${(place * width).toFixed(2)} ${CHART.height}v${(-tall).toFixed(2)}h${(width * 0.9).toFixed(2)}v${tall.toFixed(2)}z`;
  });
  picture.append(makeSvg("path", { d: path.join(""), class: "nv-bars" }));
  return picture;
}

function under(low, words, high) {
  const line = make("p", "nv-under");
  line.append(make("span", "", low), make("span", "", words), make("span", "", high));
  return line;
}

// --- shown and hidden ------------------------------------------------------------------------------------------------

function showTip(view, token) {
  const { tip } = view;
  if (view.told && view.told !== token) view.told.removeAttribute("aria-describedby");
  view.told = token;
  const { strip, position } = placeOf(token);
  const list = make("dl", "");
  for (const [name, value] of facts(view, token)) list.append(make("dt", "", name), make("dd", "", value));
  tip.replaceChildren(list, ...answers(strip, position), ...histogram(view, strip, position));
  tip.hidden = false;
  if (tip.popover && !tip.matches(":popover-open")) tip.showPopover();
  token.setAttribute("aria-describedby", tip.id);
  beside(tip, token);
}

function beside(tip, token) {
  const place = token.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const below = place.bottom + 6 + size.height <= window.innerHeight;
  tip.style.left = `${Math.max(4, Math.min(place.left, window.innerWidth - size.width - 4))}px`;
  tip.style.top = `${below ? place.bottom + 6 : Math.max(4, place.top - size.height - 6)}px`;
}

function hideTip(view) {
  const { tip } = view;
  unpin(view);
  if (tip.popover && tip.matches(":popover-open")) tip.hidePopover();
  tip.hidden = true;
  if (view.told) view.told.removeAttribute("aria-describedby");
  view.told = null;
}

// A tip that stays: what can be done with this token.
function pin(view, token, { focus }) {
  unpin(view);
  showTip(view, token);
  const { tip } = view;
  const { group, place, position } = placeOf(token);
  const use = (whole) => () => view.send("used", { group, strip: place, position, token: !whole });
  const rank = button("nv-tool", "Rank all neurons for this token", use(false));
  const read = button("nv-tool", "Open the excerpt on Text", use(true));
  const box = make("div", "nv-uses");
  box.append(rank, read);
  tip.append(box);
  tip.setAttribute("role", "dialog");
  tip.setAttribute("aria-label", "What to do with this token");
  tip.classList.add("nv-pinned");
  view.pinned = token;
  token.classList.add("nv-held");
  beside(tip, token);
  if (focus) rank.focus();
}

function unpin(view) {
  if (!view.pinned) return;
  view.pinned.classList.remove("nv-held");
  view.pinned = null;
  view.tip.classList.remove("nv-pinned");
  view.tip.setAttribute("role", "tooltip");
  view.tip.removeAttribute("aria-label");
}
