// Everything the component knows is in `data` (see page_tools.py).

const WIDE = 1900; // pixels of the window from which tables have room for more words
const AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]';

// Once the page is drawn: a text box that comes only after the next run has begun would stand empty.
function tellWindow(tools) {
  clearTimeout(tools.telling);
  const { view, toldWide } = tools;
  const wide = window.innerWidth >= WIDE;
  if (!view || wide === view.data.wide || wide === toldWide) return;
  if (!document.querySelector(AT_REST) || document.querySelector('[data-testid="stSkeleton"]')) {
    tools.telling = setTimeout(() => tellWindow(tools), 50);
    return;
  }
  tools.toldWide = wide;
  view.send("window", { wide });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".nv-tools");
  if (!root || !data) return undefined;
  const tools = (window.nvTools ??= { kept: {}, view: null });
  const view = { data, root, kept: tools.kept, send: setTriggerValue };
  root.querySelector(".nv-copy").onclick = () => copyLink(view);
  root.querySelector(".nv-help").onclick = () => openKeys(view);
  tools.view = view;
  tools.onKey = onKey;
  if (!tools.listening) {
    tools.listening = true;
    document.addEventListener("keydown", (event) => tools.view && tools.onKey(tools.view, event));
  }
  keepHistoryShort();
  tellWindow(tools);
  root.classList.add("nv-ready"); // before that its buttons would do nothing
  return () => {
    if (tools.view === view) tools.view = null;
  };
}
