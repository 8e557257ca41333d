// The looks as they are chosen: the service works them out, as it does without a script, only without waiting for a click.

const PATIENCE_MS = 300;
const form = /** @type {HTMLFormElement} */ (document.querySelector("form:has([data-of])"));
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let asking = new AbortController();

/** The field that keeps the colour. @param {HTMLInputElement} swatch */
const fieldOf = (swatch) => /** @type {HTMLInputElement} */ (form.elements.namedItem(swatch.dataset.of ?? ""));

for (const swatch of swatches()) {
  swatch.hidden = false;
  swatch.addEventListener("input", () => (fieldOf(swatch).value = swatch.value));
}
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(preview, PATIENCE_MS);
});
match();

/** @returns {NodeListOf<HTMLInputElement>} */
function swatches() {
  return form.querySelectorAll("[data-of]");
}

/** Each swatch shows its field's colour, or ours. */
function match() {
  for (const swatch of swatches()) {
    const field = fieldOf(swatch);
    swatch.value = field.value && field.validity.valid ? field.value.toLowerCase() : field.placeholder;
  }
}

/** What stands in the form, as a page of the service: its sheet and its remarks are put into this one. */
async function preview() {
  match();
  asking.abort();
  asking = new AbortController();
  const body = new FormData(form);
  body.set("edit", "on");
  try {
    const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(strings(body)), signal: asking.signal });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // Away, or overtaken by the next change: the last preview stays.
  }
}

/** @param {FormData} data @returns {string[][]} */
function strings(data) {
  return [...data].map(([name, value]) => [name, String(value)]);
}

/** @param {Document} page */
function show(page) {
  for (const remarks of form.querySelectorAll("[data-remarks]")) {
    const name = remarks.getAttribute("data-remarks");
    const found = page.querySelector(`[data-remarks="${name}"]`);
    // What was wrong when the form was last sent may be right by now.
    document.getElementById(`${name}-fault`)?.remove();
    if (found && found.textContent !== remarks.textContent) remarks.replaceChildren(...found.children);
  }
  // What is parsed in this way has no shadow roots: there the templates stay templates.
  const sheet = page.querySelector("template")?.content.querySelector("link.look")?.getAttribute("href");
  for (const shown of form.querySelectorAll(".shown")) {
    const link = shown.shadowRoot?.querySelector("link.look");
    if (link && sheet && link.getAttribute("href") !== sheet) link.setAttribute("href", sheet);
  }
}
