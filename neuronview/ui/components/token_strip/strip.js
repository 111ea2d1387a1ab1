// Groups, strips and tokens. How much of a strip is seen, and how, is set on what is drawn: the tokens stay the same.

const HEIGHT = 5; // rem, of an excerpt that is not drawn yet: as in strip.css

function groupOf(view, group, index) {
  const section = make("section", "nv-group");
  if (group.title) section.append(titleOf(group));
  if (group.note) section.append(make("p", "nv-note", group.note));
  const list = make("div", "");
  const name = group.title || String(index);
  const first = Math.min(group.shown || group.strips.length, group.strips.length);
  const fill = (room = Infinity) => {
    const end = view.kept.open.has(name) ? group.strips.length : first;
    while (list.childElementCount > end) list.lastElementChild.remove();
    const added = [];
    for (let place = list.childElementCount; place < end && added.length < room; place += 1) {
      added.push(entryOf(view, group.strips[place], index, place));
    }
    list.append(...added);
    const missing = end - list.childElementCount;
    list.style.paddingBottom = missing > 0 ? `${missing * HEIGHT}rem` : "";
    if (missing > 0) view.rest.push(() => fill());
    view.room -= added.length;
  };
  fill(view.room);
  section.append(list);
  if (first < group.strips.length) section.append(moreButton(view, name, first, group.strips.length, fill));
  return section;
}

function titleOf(group) {
  const title = make("h4", "nv-group-title", group.href ? "" : group.title);
  if (group.href) {
    const link = make("a", "", group.title);
    link.href = group.href;
    title.append(link);
  }
  return title;
}

function moreButton(view, name, first, total, fill) {
  const label = () => {
    const open = view.kept.open.has(name);
    more.textContent = open ? `Show ${first} only` : `Show all ${total}`;
    more.setAttribute("aria-expanded", String(open));
  };
  const more = button("nv-more", "", () => {
    if (!view.kept.open.delete(name)) view.kept.open.add(name);
    fill();
    label();
  });
  label();
  return more;
}

function entryOf(view, strip, group, place) {
  const entry = make("div", view.drawn < view.near ? "nv-entry" : "nv-entry nv-far");
  view.drawn += 1;
  if (strip.heading) entry.append(make("p", "nv-heading", strip.heading));
  entry.append(stripOf(view, strip, group, place));
  return entry;
}

function stripOf(view, strip, group, place) {
  const { data } = view;
  const box = make("div", strip.simulated ? "nv-strip nv-simulated" : "nv-strip");
  Object.assign(box.dataset, {
    dataset: data.dataset,
    layer: strip.layer,
    neuron: strip.neuron,
    excerpt: strip.excerpt,
    normalization: data.normalization,
    scaleMax: precise(strip.scale),
  });
  if (strip.simulated) box.dataset.simulatedScale = data.simulatedScale;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", `${strip.heading || "Excerpt"}. Arrow keys move from token to token.`);
  const peak = peakOf(strip.real);
  const parts = [];
  const tokens = strip.tokens.map((text, position) => {
    const token = tokenOf(view, strip, text, position, position === peak && strip.tokens.length > 1);
    parts.push(token);
    if (text.includes("↵")) parts.push(make("br", "nv-break"));
    return token;
  });
  box.append(...parts);
  // A choice of a token draws the strips anew: one that was unfolded stays so.
  const name = [strip.layer, strip.neuron, strip.excerpt, group, place, tokens.length].join(" ");
  box.nvAt = { strip, group, place, tokens, peak, name };
  if (tokens.length) tokens[strip.chosen ?? peak].tabIndex = 0;
  fold(view, box);
  if (view.seen.numbers) number(box);
  return box;
}

function peakOf(values) {
  let peak = 0;
  values.forEach((value, position) => {
    if (value !== null && (values[peak] === null || value > values[peak])) peak = position;
  });
  return peak;
}

function tokenOf(view, strip, text, position, isPeak) {
  const value = strip.real[position];
  const token = make("span", classesOf(view, strip, text, position, isPeak));
  token.tabIndex = -1;
  token.setAttribute("role", "option");
  token.setAttribute("data-position", position);
  token.setAttribute("data-token-id", strip.ids ? strip.ids[position] : "");
  token.setAttribute("data-activation", precise(value));
  token.append(make("span", `nv-word ${shade(value, strip.scale)}`, text));
  const part = strip.parts[position];
  if (part && !text) token.setAttribute("aria-label", partWords(part));
  if (strip.simulated) addSimulated(view, token, strip, position);
  return token;
}

function classesOf(view, strip, text, position, isPeak) {
  let names = "nv-token";
  if (isPeak) names += " nv-peak";
  if (Math.abs(strip.real[position]) > strip.scale * view.data.clippedFrom) names += " nv-clipped";
  if (strip.chosen !== null && strip.chosen <= position && position <= strip.chosenLast) names += " nv-chosen";
  if (strip.marks[position]) names += ` nv-${strip.marks[position]}`;
  if (text === view.data.badge) names += " nv-badge";
  const part = strip.parts[position];
  if (part) names += part[1] === 1 ? " nv-split" : " nv-split nv-rest";
  return names;
}

function addSimulated(view, token, strip, position) {
  const simulated = strip.simulated[position];
  const missing = simulated === null;
  if (!missing) token.setAttribute("data-simulated", precise(simulated));
  const row = make("span", `nv-row ${shade(simulated, strip.simulatedScale)}`);
  if (Math.abs(simulated) > strip.simulatedScale * view.data.clippedFrom) row.classList.add("nv-over");
  token.append(row);
  if (!view.data.difference) return;
  const strayed = missing || strip.real[position] === null ? null : simulated - strip.real[position];
  token.append(make("span", `nv-row nv-strayed ${shade(strayed, strip.scale)}`));
}

// --- how much of a strip is seen -------------------------------------------------------------------------------------

// A model reads from left to right: more of what comes before the largest value is seen than of what follows it.
function fold(view, box) {
  const { tokens, strip, peak, name } = box.nvAt;
  const size = view.kept.unfolded.has(name) ? Infinity : LENGTHS[view.seen.length];
  const whole = tokens.length <= size;
  const first = whole ? 0 : Math.max(0, Math.min((strip.chosen ?? peak) - Math.round(0.6 * size), tokens.length - size));
  const last = whole ? tokens.length : first + size;
  if (whole && !box.nvAt.folded) return;
  box.nvAt.folded = !whole;
  for (const dots of box.querySelectorAll(".nv-dots")) dots.remove();
  tokens.forEach((token, position) => {
    token.hidden = position < first || position >= last;
  });
  if (first > 0) tokens[first].before(dotsOf(first));
  if (last < tokens.length) tokens[last - 1].after(dotsOf(tokens.length - last));
  const stop = box.querySelector('[tabindex="0"]');
  if (stop && stop.hidden) {
    stop.tabIndex = -1;
    tokens[strip.chosen ?? peak].tabIndex = 0;
  }
}

// For the pointer: by keyboard, the arrows lead out of what is seen.
function dotsOf(count) {
  const dots = make("span", "nv-dots", `… ${count}`);
  dots.setAttribute("aria-hidden", "true");
  dots.title = `Show ${count} more`;
  return dots;
}

function unfold(view, box) {
  view.kept.unfolded.add(box.nvAt.name);
  fold(view, box);
}

function number(box) {
  const { tokens, strip } = box.nvAt;
  tokens.forEach((token, position) => {
    token.append(make("span", "nv-number", brief(strip.real[position], strip.scale)));
    if (strip.simulated) {
      const simulated = strip.simulated[position];
      const text = simulated === null ? "–" : `≈${brief(simulated, strip.simulatedScale)}`;
      token.append(make("span", "nv-number", text));
    }
  });
}

function unnumber(box) {
  for (const element of box.querySelectorAll(".nv-number")) element.remove();
}

// Makes what is drawn look as the visitor has chosen.
function follow(view) {
  const before = view.seen;
  view.seen = viewOf(view.data);
  if (before.length !== view.seen.length) view.kept.unfolded.clear();
  dress(view);
  for (const box of view.root.getElementsByClassName("nv-strip")) {
    if (before.length !== view.seen.length) fold(view, box);
    if (before.numbers && !view.seen.numbers) unnumber(box);
    if (!before.numbers && view.seen.numbers) number(box);
  }
}

function dress(view) {
  view.root.classList.toggle("nv-breaks", view.seen.breaks);
  view.root.classList.toggle("nv-overlaid", view.seen.overlaid);
  const held = view.root.getRootNode().activeElement;
  const at = [...view.tools.querySelectorAll("button")].indexOf(held);
  view.tools.replaceChildren(...toolsOf(view));
  if (at >= 0) view.tools.querySelectorAll("button")[at].focus();
}
