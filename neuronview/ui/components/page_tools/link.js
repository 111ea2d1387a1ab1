// The link to what is shown now: the browser's address, and what it leaves to be remembered.

const SAID = 2500; // milliseconds

function linkOf(view) {
  const link = new URL(location.href);
  const [layer, neuron] = (document.body.dataset.nvAhead || "").split(":"); // what is shown before its page has come
  if (neuron) for (const [name, value] of Object.entries({ layer, neuron })) link.searchParams.set(name, value);
  for (const [name, value] of Object.entries(view.data.place)) {
    if (!link.searchParams.has(name)) link.searchParams.set(name, value);
  }
  return link.href;
}

async function copyLink(view) {
  const link = linkOf(view);
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    return showLink(view, link); // not allowed, or a page without https
  }
  return say(view, "Copied");
}

function say(view, words) {
  const label = view.root.querySelector(".nv-copy span");
  view.root.querySelector(".nv-said").textContent = words;
  label.textContent = words;
  clearTimeout(view.kept.saying);
  view.kept.saying = setTimeout(() => {
    label.textContent = "Copy link";
    view.root.querySelector(".nv-said").textContent = "";
  }, SAID);
}

function showLink(view, link) {
  const box = view.root.querySelector(".nv-link input");
  box.value = link;
  view.root.querySelector(".nv-link").showModal();
  box.focus();
  box.select();
}
