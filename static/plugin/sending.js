/**
 * The work list with a script: a button ticks a whole group, and scanning goes on without loading a page. Without it
 * both pages work as plain forms.
 */

/** @param {HTMLTableElement} table */
function tickTogether(table) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (table.querySelectorAll("input[name=booking]"));
  const caption = table.caption;
  const words = document.querySelector("[data-tick-all]");
  if (boxes.length < 2 || !caption || !(words instanceof HTMLTemplateElement)) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.content.textContent?.trim() ?? "";
  button.addEventListener("click", () => {
    const all = [...boxes].every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
  caption.append(button);
}

/** @param {HTMLFormElement} form */
function scanOnTheSpot(form) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("order"));
  const once = /** @type {HTMLInputElement} */ (form.elements.namedItem("once"));
  const result = form.querySelector("#result");
  const log = document.querySelector(".scanned");
  if (!result || !(log instanceof HTMLOListElement)) return;
  let queue = Promise.resolve();

  /** @param {FormData} said */
  const send = async (said) => {
    const response = await fetch(form.action, { method: "POST", body: said, redirect: "manual" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.querySelector("#result");
    if (!found?.textContent) throw new Error("the login has ended, or the form is too old");
    result.className = found.className;
    result.textContent = found.textContent;
    const line = document.createElement("li");
    line.className = found.classList.contains("wrong") ? "wrong" : "";
    line.textContent = found.textContent;
    log.prepend(line);
    log.hidden = false;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = new FormData(form);
    // A scanner does not wait: each order has a mark of its own, and they are sent one after the other.
    said.set("once", `${once.value.slice(0, 16)}-${crypto.randomUUID().slice(0, 12)}`);
    field.value = "";
    field.focus();
    queue = queue.then(() => send(said)).catch(() => {
      // Sent the plain way, whatever went wrong is shown by the browser.
      field.value = String(said.get("order") ?? "");
      form.submit();
    });
  });
}

for (const table of document.querySelectorAll("table[data-tickable]")) {
  tickTogether(/** @type {HTMLTableElement} */ (table));
}
const scanning = document.querySelector("form[data-scan]");
if (scanning instanceof HTMLFormElement) scanOnTheSpot(scanning);
