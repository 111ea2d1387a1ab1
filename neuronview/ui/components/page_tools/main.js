// Everything the component knows is in `data` (see page_tools.py).

const WIDE = 1900; // pixels of the window from which tables have room for more words

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
  const wide = window.innerWidth >= WIDE;
  if (wide !== data.wide && wide !== tools.toldWide) {
    tools.toldWide = wide;
    setTriggerValue("window", { wide });
  }
  root.classList.add("nv-ready"); // before that its buttons would do nothing
  return () => {
    if (tools.view === view) tools.view = null;
  };
}
