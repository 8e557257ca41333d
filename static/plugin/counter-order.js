/** One order at the counter with a script: signing on the screen, and handing over even when the line breaks just then. */

import { ask, facts } from "./counter-facts.js";
import { add } from "./counter-queue.js";
import { letSign } from "./counter-signature.js";

for (const box of document.querySelectorAll("[data-signature]")) letSign(/** @type {HTMLElement} */ (box));

const form = document.querySelector("form[data-hand-over]");

/** As it was said in the form, under the id that the form was made with. @param {HTMLFormElement} said */
function kept(said) {
  const found = new FormData(said);
  const who = String(found.get("who") ?? "");
  return {
    id: String(found.get("once")),
    centre: facts.centre,
    booking: said.dataset.booking ?? "",
    order: said.dataset.order ?? "",
    name: said.dataset.name ?? "",
    parcels: found.getAll("parcel").map(Number),
    shown: said.dataset.shown ?? "id",
    who: who === "other" ? String(found.get("other_name") ?? "") : who,
    signature: String(found.get("signature") || found.get("signed_name") || ""),
    at: new Date().toISOString(),
  };
}

if (form instanceof HTMLFormElement) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await ask(form.action, { method: "POST", body: new FormData(form) });
    if (!answer) {
      // It may have arrived all the same: sent again, it counts once.
      add(kept(form));
      location.assign(facts.list);
    } else if (answer.type === "opaqueredirect") {
      location.assign(facts.list);
    } else {
      // Sent the plain way, what is wrong is shown by the page.
      form.submit();
    }
  });
}
