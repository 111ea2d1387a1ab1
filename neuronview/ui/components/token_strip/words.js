// Small things: elements and numbers as text.

// Texts go in as text only: a token may be "<script>".
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function makeSvg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function button(className, text, act) {
  const element = make("button", className, text);
  element.type = "button";
  element.onclick = act;
  return element;
}

function precise(value) {
  return value === null ? "" : Number(value).toPrecision(8);
}

function rounded(value) {
  return value === null ? "not known" : Number(value).toPrecision(4).replace("-", "−");
}

// Short enough to stand under a token: as many decimals as the scale asks for.
function brief(value, scale) {
  if (value === null) return "–";
  const decimals = Math.max(0, Math.min(3, 1 - Math.floor(Math.log10(scale || 1))));
  const text = Number(value).toFixed(decimals);
  return (Number(text) === 0 ? "0" : text).replace("-", "−");
}

function oneIn(probability) {
  const count = Number((1 / probability).toPrecision(2));
  return `1 in ${count.toLocaleString("en", { maximumFractionDigits: count < 10 ? 1 : 0 })}`;
}

function partWords([character, part, parts]) {
  return `Part ${part} of ${parts} of “${character}”`;
}
