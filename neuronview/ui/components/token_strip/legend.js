// The legend, and the row of buttons that choose how all strips are seen. What is chosen there is kept in the browser.

const KEPT = "neuronview-heatmap";
const LENGTHS = { snippet: 10, sixteen: 16, full: Infinity };
const LENGTH_WORDS = { snippet: "Snippet", sixteen: "16 tokens", full: "Full" };
const unkept = {}; // where the browser stores nothing

function wishes() {
  try {
    return { ...unkept, ...JSON.parse(localStorage.getItem(KEPT) || "{}") };
  } catch {
    return { ...unkept }; // storage is forbidden, or holds something else
  }
}

function wish(name, value) {
  unkept[name] = value;
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...wishes(), [name]: value }));
  } catch {
    // Kept until the page is closed, in `unkept`.
  }
  window.dispatchEvent(new CustomEvent(KEPT)); // other heat maps of the page follow
}

function viewOf(data) {
  const wished = wishes();
  return {
    numbers: Boolean(wished.numbers),
    breaks: wished.breaks ?? Boolean(data.breaks),
    overlaid: Boolean(wished.overlaid),
    length: data.length || lengthOf(data, wished),
  };
}

// Of strips on which tokens are chosen only long ones are collapsed, and from the start; their length is kept by itself.
function lengthOf(data, wished) {
  if (data.isLong) return wished.longLength in LENGTHS ? wished.longLength : "sixteen";
  return data.pickable || !(wished.length in LENGTHS) ? "full" : wished.length;
}

function legend(view) {
  const box = make("div", "nv-legend");
  for (const row of view.data.legend) {
    const line = make("span", "nv-legend-row");
    if (row.kind === "scale") line.append(...scaleParts(view, row));
    else line.append(swatch(row.kind), make("span", "", row.name));
    box.append(line);
  }
  return box;
}

function scaleParts(view, row) {
  const bar = make("span", "nv-legend-bar");
  bar.style.background = gradient(view.palette, row.low, row.high);
  if (row.low < 0) {
    const zero = make("span", "nv-legend-zero");
    zero.style.left = `${(100 * -row.low) / (row.high - row.low)}%`;
    zero.title = "0";
    bar.append(zero);
  }
  return [make("span", "", row.name), make("span", "", row.lowText), bar, make("span", "", row.highText)];
}

function swatch(kind) {
  const box = make("span", `nv-legend-swatch nv-${kind}`);
  box.setAttribute("aria-hidden", "true");
  if (kind !== "missing") box.textContent = "abc";
  return box;
}

function newToolbar() {
  const box = make("div", "nv-tools");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "How the excerpts are shown");
  return box;
}

function toolsOf(view) {
  const found = [];
  if (view.data.length) return found; // at a glance: tools stand where all excerpts are
  const strips = view.data.groups.flatMap((group) => group.strips);
  const { pickable, isLong } = view.data;
  if (isLong || (!pickable && strips.some((strip) => strip.tokens.length > LENGTHS.snippet))) {
    const kept = isLong ? "longLength" : "length";
    const lengths = make("span", "nv-lengths");
    for (const name of Object.keys(LENGTHS)) {
      lengths.append(tool(LENGTH_WORDS[name], view.seen.length === name, () => wish(kept, name)));
    }
    found.push(lengths);
  }
  const switches = [["numbers", "Numbers"]];
  if (strips.some((strip) => strip.tokens.some((text) => text.includes("↵")))) switches.push(["breaks", "Line breaks"]);
  if (strips.some((strip) => strip.simulated)) switches.push(["overlaid", "Overlay"]);
  for (const [name, words] of switches) {
    found.push(tool(words, view.seen[name], () => wish(name, !view.seen[name])));
  }
  return found;
}

function tool(words, pressed, act) {
  const element = button("nv-tool", words, act);
  element.setAttribute("aria-pressed", String(pressed));
  return element;
}
