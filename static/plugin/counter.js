/**
 * The counter's list with a script: it stays fresh, reads codes with the camera, and goes on when the line is down. Without it
 * everything but the camera and working without a line is there as plain forms.
 */

import { offerCamera } from "./counter-camera.js";
import { ask, facts, forgetOthers, freshList, lineIsUp, words } from "./counter-facts.js";
import { openOffline } from "./counter-offline.js";
import { drop, send, waiting } from "./counter-queue.js";

const REFRESH_MS = 30_000;
const RETRY_MS = 5_000;

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-find]"));
const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("text"));
const result = /** @type {HTMLElement} */ (document.querySelector("#result"));

/** The whole of the list, conflicts too, as it is now; not while somebody is in the middle of it. */
async function refresh() {
  const list = await freshList();
  const fresh = list?.querySelector("[data-fresh]");
  const shown = document.querySelector("[data-fresh]");
  if (!fresh || !shown || shown.contains(document.activeElement)) return;
  shown.replaceWith(fresh);
  showWaiting();
}

/** What waits to be sent, and what could not be kept; in the list those that have been handed over already. */
function showWaiting() {
  const box = /** @type {HTMLElement} */ (document.querySelector("[data-unsent]"));
  const lines = waiting().map(unsentLine);
  box.hidden = !lines.length;
  box.querySelector("ul")?.replaceChildren(...lines);
  for (const order of document.querySelectorAll("[data-booking]")) {
    order.classList.toggle("gone", waiting().some((each) => !each.refused && each.booking === order.getAttribute("data-booking")));
  }
}

/** @param {import("./counter-queue.js").HandOver} handOver */
function unsentLine(handOver) {
  const line = document.createElement("li");
  const at = new Date(handOver.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
  const text = document.createElement("p");
  text.textContent = words("handed_at", { order: handOver.order, who: handOver.who, at });
  const state = document.createElement("span");
  state.className = handOver.refused ? "badge wrong" : "badge attention";
  state.textContent = handOver.refused ?? facts.words.waits;
  text.append(" ", state);
  line.append(text);
  if (handOver.refused) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = facts.words.seen;
    button.addEventListener("click", () => drop(handOver.id));
    line.append(button);
  }
  return line;
}

function showLine() {
  const line = /** @type {HTMLElement} */ (document.querySelector("[data-line]"));
  line.hidden = lineIsUp();
  line.textContent = lineIsUp() ? "" : facts.words.down;
}

/** @param {string} text @param {boolean} [wrong] */
function tell(text, wrong = true) {
  result.textContent = text;
  result.className = wrong ? "result wrong" : "result good";
}

/** @param {string} text for the eye of a person: capitals, accents and blanks do not count */
const plain = (text) => text.normalize("NFKD").replaceAll(/[\p{M}\s]/gu, "").toLowerCase();

/** Looks among what is on this device. @param {string} text */
function findHere(text) {
  const wanted = plain(text);
  const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-booking]")]);
  const exactly = all.filter((each) => plain(each.dataset.order ?? "") === wanted);
  const named = all.filter((each) => plain(each.dataset.name ?? "").includes(wanted));
  const found = exactly.length ? exactly : named;
  if (found.length === 1) return open(found[0]);
  if (!found.length) return tell(facts.words.not_here);
  tell(words("several", { number: found.length }), false);
  found[0].querySelector("a")?.focus();
}

/** @param {HTMLElement} order */
function open(order) {
  tell("", false);
  openOffline(order);
}

async function find() {
  const text = field.value.trim();
  if (!text) return;
  const answer = await ask(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  if (!answer) return findHere(text);
  if (!answer.headers.get("Content-Type")?.includes("json")) return form.submit();
  const said = await answer.json();
  if (said.to) return location.assign(said.to);
  if (said.several) return form.submit();
  tell(said.words);
  field.select();
}

async function goOn() {
  if (await send()) await refresh();
  else if (!lineIsUp()) await refresh();
}

function openFromAddress() {
  const order = location.hash.startsWith("#order-") && document.getElementById(location.hash.slice(1));
  if (order && !lineIsUp()) open(order);
}

function begin() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("[data-booking] a");
    if (!link || lineIsUp()) return;
    event.preventDefault();
    open(/** @type {HTMLElement} */ (link.closest("[data-booking]")));
  });
  document.addEventListener("queue", showWaiting);
  document.addEventListener("line", showLine);
  self.addEventListener("storage", showWaiting);
  self.addEventListener("online", goOn);
  self.addEventListener("hashchange", openFromAddress);
  const [button, dialog] = [document.querySelector("[data-camera]"), document.querySelector("#camera")];
  if (button instanceof HTMLButtonElement && dialog instanceof HTMLDialogElement) {
    offerCamera(button, dialog, (text) => {
      field.value = text;
      find();
    });
  }
  setInterval(() => document.visibilityState === "visible" && refresh(), REFRESH_MS);
  setInterval(goOn, RETRY_MS);
}

begin();
showWaiting();
navigator.serviceWorker?.register(facts.worker, { scope: facts.scope }).catch(() => undefined);
// Also what a service worker showed is asked for anew: only then is it known whether the line is up.
forgetOthers().then(refresh).then(openFromAddress).then(goOn);
