// A button beside each piece of code that copies it. Without this script it can still be selected.

/** @param {HTMLElement} piece */
function addButton(piece) {
  const { copy = "", done = "" } = piece.dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(piece.querySelector("code")?.textContent ?? "");
    button.textContent = done;
    setTimeout(() => (button.textContent = copy), 2000);
  });
  piece.append(button);
}

// Only pages that came safely may use the clipboard.
if (navigator.clipboard) for (const piece of document.querySelectorAll("[data-copy]")) addButton(/** @type {HTMLElement} */ (piece));
