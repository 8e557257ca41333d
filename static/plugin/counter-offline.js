/** Handing over while the line is down: by name and order number, with a look at an ID; a code is checked when it is sent. */

import { facts, words } from "./counter-facts.js";
import { add } from "./counter-queue.js";
import { letSign } from "./counter-signature.js";

const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#offline"));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
/** @type {HTMLElement | null} */
let order = null;

const signing = dialog.querySelector("[data-signature]");
if (signing instanceof HTMLElement) letSign(signing);

/** @param {HTMLElement} chosen the line of an order in the list */
export function openOffline(chosen) {
  order = chosen;
  form.reset();
  dialog.querySelector("[data-clear]")?.dispatchEvent(new Event("click"));
  const { order: number = "", name = "", collector = "", parcels = "", here = "" } = chosen.dataset;
  const ticked = (here || parcels).split(" ");
  /** @type {HTMLElement} */ (dialog.querySelector("h2")).textContent = words("hand_over_order", { order: number, name });
  /** @type {HTMLElement} */ (dialog.querySelector("[data-parcels]")).replaceChildren(...parcelBoxes(parcels.split(" ").filter(Boolean), ticked));
  /** @type {HTMLElement} */ (dialog.querySelector("[data-who]")).replaceChildren(...whoChoices([name, collector].filter(Boolean)));
  /** @type {HTMLElement} */ (dialog.querySelector("[data-fault]")).textContent = "";
  dialog.showModal();
}

/** @param {string[]} numbers @param {string[]} ticked */
function parcelBoxes(numbers, ticked) {
  if (numbers.length < 2) return [];
  const legend = document.createElement("legend");
  legend.textContent = facts.words.parcels;
  return [legend, ...numbers.map((number) => box("checkbox", "parcel", number, words("parcel", { number }), ticked.includes(number)))];
}

/** @param {string[]} names */
function whoChoices(names) {
  const legend = document.createElement("legend");
  legend.textContent = facts.words.who;
  return [legend, ...names.map((name, place) => box("radio", "who", name, name, place === 0))];
}

/** @param {string} type @param {string} name @param {string} value @param {string} text @param {boolean} checked */
function box(type, name, value, text, checked) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type, name, value, checked });
  label.className = "big-box";
  label.append(input, text);
  return label;
}

/** What was drawn, else the name that was typed. @param {FormData} said */
const signatureIn = (said) => String(said.get("signature") || said.get("signed_name") || "").trim();

/** What is wrong with what was said, "" for nothing. @param {FormData} said @param {boolean} hasSeveral */
function fault(said, hasSeveral) {
  if (hasSeveral && !said.getAll("parcel").length) return facts.words.no_parcel;
  if (!said.get("seen_id") && !String(said.get("code") ?? "").trim()) return facts.words.no_id;
  return signing && !signatureIn(said) ? facts.words.no_signature : "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!order) return;
  const said = new FormData(form);
  const numbers = (order.dataset.parcels ?? "").split(" ").filter(Boolean);
  const wrong = fault(said, numbers.length > 1);
  /** @type {HTMLElement} */ (dialog.querySelector("[data-fault]")).textContent = wrong;
  if (wrong) return;
  const { booking = "", order: number = "", name = "" } = order.dataset;
  const code = String(said.get("code") ?? "").trim();
  add({
    id: crypto.randomUUID(),
    centre: facts.centre,
    booking,
    order: number,
    name,
    parcels: (numbers.length > 1 ? said.getAll("parcel") : numbers).map(Number),
    shown: code ? "code" : "id",
    code,
    who: String(said.get("who") ?? name),
    signature: signatureIn(said),
    at: new Date().toISOString(),
  });
  dialog.close();
});
dialog.querySelector("[data-cancel]")?.addEventListener("click", () => dialog.close());
