// Draws a neighbour as soon as it is asked for: its name and its heat maps are here already; all else of its page, which
// the server sends, is hidden until it comes. Draws nothing of its own. The page's body says which neuron is shown so
// (`data-nv-ahead`), which was asked for last (`data-nv-asked`), and that the explanation has come (`data-nv-answered`).

const HELD = 16; // neurons
const PATIENCE = 5000; // milliseconds of silence after which what the server said last is shown again
const SOON = 1000; // milliseconds in which the server, which has just answered, should have begun to do so again
const HEAD = ".st-key-neuron_head";
const TITLE = `${HEAD} h1`;
const BUTTON = ".st-key-neuron_steps button:not([disabled])";
const SCALE = ".st-key-neuron_scale";
const HIDDEN = "[class*='st-key-neuron_more_']"; // what has buttons

export default function (component) {
  const held = (window.nvNeighbours ??= listening());
  const { data } = component;
  if (!data) return undefined;
  const isNew = held.page !== data.page; // else it was only rendered anew
  Object.assign(held, { component, page: data.page, at: data.neuron, near: data.near, isOpen: data.isOpen });
  if (isNew) take(held, data);
  return () => held.component === component && leave(held);
}

function listening() {
  const held = { maps: new Map(), page: null, shown: null, written: null, isOpen: false };
  held.watch = new MutationObserver(() => written(held));
  window.addEventListener("neuronview-step", ({ detail }) => show(held, `${detail.layer}:${detail.neuron}`));
  window.addEventListener("neuronview-confirmed", ({ detail }) => {
    // The explanation stands before the heat maps beside it, so it is there too.
    if (held.shown && detail === "glance") document.body.dataset.nvAnswered = held.shown;
  });
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest(BUTTON);
    const place = button && button.closest("[class*='st-key-neuron_']").className.match(/st-key-neuron_(\w+)/);
    if (place && held.near[place[1]]) show(held, held.near[place[1]]);
  });
  for (const kind of ["click", "keydown"]) {
    document.addEventListener(kind, ({ target }) => {
      if (target instanceof Element && target.closest(SCALE)) held.isOpen = false; // until the page says so again
    });
  }
  return held;
}

// A page has come, whole.
function take(held, data) {
  if (held.of !== data.of) held.maps.clear();
  const own = { neuron: data.neuron, maps: {} };
  if (data.isOpen) window.dispatchEvent(new CustomEvent("neuronview-own", { detail: own })); // heat maps add their own
  for (const [neuron, maps] of Object.entries({ [own.neuron]: own.maps, ...data.maps })) {
    if (!maps.all || !maps.glance) continue;
    held.maps.delete(neuron);
    held.maps.set(neuron, maps);
  }
  while (held.maps.size > HELD) held.maps.delete(held.maps.keys().next().value);
  Object.assign(held, { of: data.of, dataset: datasetOfAddress() });
  // A page that was overtaken: the one that was asked for since comes next.
  if (held.shown && document.body.dataset.nvAsked !== data.neuron) wait(held, SOON);
  else showOwn(held, data.neuron);
}

function leave(held) {
  Object.assign(held, { page: null, isOpen: false });
  showOwn(held, null);
}

function show(held, neuron) {
  const { dataset } = document.body;
  if (canShow(held, neuron)) {
    if (!held.shown) Object.assign(held, { written: null, focus: focusedIn(HIDDEN) });
    held.shown = neuron;
    dataset.nvAhead = neuron;
    delete dataset.nvAnswered;
    keepName(held);
    window.dispatchEvent(new CustomEvent("neuronview-ahead", { detail: held.maps.get(neuron) }));
  }
  if (!held.shown) return;
  dataset.nvAsked = neuron; // which may be one that is not here: the one before stays until it comes
  wait(held);
}

function canShow(held, neuron) {
  const isSeen = document.querySelector(".st-key-neuron_excerpts")?.getClientRects().length > 0; // no other tab is open
  return held.isOpen && isSeen && held.maps.has(neuron) && held.dataset === datasetOfAddress() && write(neuron);
}

function focusedIn(place) {
  const { activeElement } = document;
  return activeElement?.closest(place) ? activeElement : null;
}

function wait(held, patience = PATIENCE) {
  clearTimeout(held.timer);
  held.timer = setTimeout(() => {
    if (held.written === document.body.dataset.nvAsked) wait(held); // it has come in part
    else showOwn(held, held.written ?? held.at);
  }, patience);
}

// What the server has said.
function showOwn(held, neuron) {
  clearTimeout(held.timer);
  held.watch.disconnect();
  const wasShown = held.shown;
  held.shown = null;
  for (const name of ["nvAhead", "nvAsked", "nvAnswered"]) delete document.body.dataset[name];
  if (neuron) write(neuron);
  if (!wasShown) return;
  window.dispatchEvent(new CustomEvent("neuronview-ahead", { detail: null }));
  if (held.focus?.isConnected && document.activeElement === document.body) held.focus.focus({ preventScroll: true });
}

// --- the name --------------------------------------------------------------------------------------------------------

// Keeps the name, also where a page that was overtaken names another; the one that was asked for may.
function keepName(held) {
  held.watch.disconnect();
  write(held.shown);
  const head = document.querySelector(HEAD);
  if (head) held.watch.observe(head, { subtree: true, childList: true, characterData: true });
}

function written(held) {
  const found = document.querySelector(TITLE)?.textContent.match(/\d+:\d+$/);
  held.written = found ? found[0] : null;
  if (!found) showOwn(held, null); // another page, or a refusal
  else if (held.written !== document.body.dataset.nvAsked || held.written === held.shown) keepName(held);
}

// The texts alone are changed: the elements are React's, which compares with what it has written itself. It may have
// written the colon and what follows by itself, since a name between two of them would be an emoji.
function write(neuron) {
  const title = document.querySelector(TITLE);
  const words = title ? textsOf(title) : [];
  const parts = words.length === 2 ? neuron.split(/(?=:)/) : [neuron];
  if (!words.length || words.length !== parts.length) return false;
  words.forEach((text, place) => (text.nodeValue = (place ? "" : "Neuron ") + parts[place]));
  return true;
}

function textsOf(element) {
  const found = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

function datasetOfAddress() {
  return new URLSearchParams(location.search).get("dataset");
}
