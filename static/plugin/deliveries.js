/** A button beside each link that can be copied, where the browser can. */

/** @param {HTMLInputElement} field */
function offerToCopy(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = field.dataset.copy ?? "";
  const answer = document.createElement("span");
  answer.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      answer.textContent = ` ${field.dataset.copied ?? ""}`;
    } catch {
      // Not allowed: the text is selected, so the keyboard can copy it.
      answer.textContent = "";
    }
  });
  field.after(button, answer);
}

for (const field of document.querySelectorAll("input[data-copy]")) {
  if (field instanceof HTMLInputElement) {
    offerToCopy(field);
  }
}
