// Keys of the whole page. They rest wherever a key means something else.

const TYPED = "input, textarea, select, [contenteditable]:not([contenteditable='false']), [role='textbox'], " +
  "[role='combobox'], [role='listbox'], [role='slider'], [role='spinbutton'], [role='grid'], canvas, " +
  "[data-testid='stDataFrame'], dialog, [role='dialog']";
const MOVED = "[role='tab'], [role='radio'], [role='radiogroup'], [role='menu'], [role='menuitem'], [role='option'], " +
  "[role='tree'], [role='listbox'], audio, video, .nv-strip, .nv-tip"; // they have arrow keys of their own
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [-1, 0], ArrowUp: [1, 0] }; // [layers, neurons]
const PATIENCE = 5000; // milliseconds after which a neuron that was asked for counts as refused
const SEARCH = ".st-key-global_search input, [data-testid='stMain'] input[type='text']"; // where the sidebar is shut: the page's

function onKey(view, event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (within(event, TYPED)) return;
  const done = event.key in STEPS ? !event.shiftKey && !within(event, MOVED) && step(view, event) : named(view, event);
  if (done) event.preventDefault();
}

function within(event, what) {
  return event.composedPath().some((node) => node instanceof Element && node.matches(what));
}

function named(view, event) {
  if (event.key === "?") return openKeys(view);
  if (event.key === "/") return focusSearch();
  if (event.key.toLowerCase() !== "r" || event.repeat) return false;
  view.send("pressed", { random: true });
  return true;
}

function step(view, event) {
  if (!view.data.steps) return turnPage(event.key);
  const from = here(view);
  if (!from) return false;
  const [layers, neurons] = STEPS[event.key];
  const aim = { layer: from.layer + layers, neuron: from.neuron + neurons };
  const inside = aim.layer >= 0 && aim.layer < view.data.layers && aim.neuron >= 0 && aim.neuron < view.data.neurons;
  if (inside) {
    // Counted here, not by the server: keys that come faster than pages are drawn must not be lost.
    view.kept.aim = { ...aim, at: performance.now(), page: location.pathname };
    view.send("pressed", aim);
    window.dispatchEvent(new CustomEvent("neuronview-step", { detail: aim })); // to `neighbours`, which may have it
  }
  return true;
}

// The neuron that was asked for last, until the address has it; else the address's.
function here(view) {
  const named = new URLSearchParams(location.search);
  const [layer, neuron] = [named.get("layer"), named.get("neuron")];
  const { aim } = view.kept;
  const waits = aim && aim.page === location.pathname && performance.now() - aim.at < PATIENCE;
  if (waits && !(String(aim.layer) === layer && String(aim.neuron) === neuron)) return aim;
  view.kept.aim = null;
  return layer === null || neuron === null ? null : { layer: Number(layer), neuron: Number(neuron) };
}

function turnPage(key) {
  const which = { ArrowLeft: "stPaginationPrev", ArrowRight: "stPaginationNext" }[key];
  const button = which && document.querySelector(`[data-testid="stMain"] [data-testid="${which}"]:not([disabled])`);
  if (button) button.click();
  return Boolean(button);
}

function focusSearch() {
  const box = [...document.querySelectorAll(SEARCH)].find((found) => found.checkVisibility({ visibilityProperty: true }) && !found.disabled);
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

function openKeys(view) {
  const rows = view.data.keys.map(([keys, meaning]) => {
    const row = document.createElement("tr");
    const [left, right] = [document.createElement("th"), document.createElement("td")];
    left.scope = "row";
    for (const key of keys) left.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    right.textContent = meaning;
    row.append(left, right);
    return row;
  });
  view.root.querySelector(".nv-keys tbody").replaceChildren(...rows);
  const dialog = view.root.querySelector(".nv-keys");
  if (!dialog.open) dialog.showModal();
  return true;
}
