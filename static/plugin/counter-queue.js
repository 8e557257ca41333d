/**
 * Hand-overs made while the line was down: kept on this device until the service has them. Each has an id made here, so that
 * one that is sent twice counts once. What the service refuses stays until a person has seen why.
 *
 * @typedef {object} HandOver
 * @property {string} id
 * @property {string} centre
 * @property {string} booking
 * @property {string} order
 * @property {string} name
 * @property {number[]} parcels
 * @property {string} shown "id", or "code" when one was typed
 * @property {string} [code] checked when it is sent
 * @property {string} who
 * @property {string} signature
 * @property {string} at ISO 8601
 * @property {string} [refused] why, in words
 */

import { ask, facts, factsOf, freshList } from "./counter-facts.js";

const PREFIX = `stoep-counter ${facts.merchant} `;
const REMEMBERED_S = 14 * 24 * 60 * 60;

/** Those of this shop that are still here, oldest first. @returns {HandOver[]} */
export function waiting() {
  const found = [];
  for (let number = 0; number < localStorage.length; number += 1) {
    const key = localStorage.key(number) ?? "";
    if (key.startsWith(PREFIX)) found.push(JSON.parse(localStorage.getItem(key) ?? ""));
  }
  return found.sort((one, other) => one.at.localeCompare(other.at));
}

/** @param {HandOver} handOver */
export function add(handOver) {
  localStorage.setItem(PREFIX + handOver.id, JSON.stringify(handOver));
  changed();
}

/** @param {string} id */
export function drop(id) {
  localStorage.removeItem(PREFIX + id);
  changed();
}

/** The service asks before it logs somebody out who would lose them. */
function changed() {
  const number = waiting().length;
  const path = `${facts.root}/plugin`;
  document.cookie = `stoep_unsent=${number}; path=${path}; SameSite=Lax; max-age=${number ? REMEMBERED_S : 0}`;
  document.dispatchEvent(new CustomEvent("queue"));
}

/** Sends what waits, once however many pages are open. @returns {Promise<boolean>} whether anything was sent */
export async function send() {
  return navigator.locks ? await navigator.locks.request("stoep-counter", sendAll) : await sendAll();
}

async function sendAll() {
  const left = waiting().filter((each) => !each.refused);
  if (!left.length) return false;
  // Whoever logged in since has another token.
  const list = await freshList();
  if (!list) return false;
  const { token } = factsOf(list);
  let sent = false;
  for (const handOver of left) {
    if (!(await sendOne(handOver, token))) break;
    sent = true;
  }
  return sent;
}

/** @param {HandOver} handOver @param {string} token @returns {Promise<boolean>} false: the line is down, or nobody is logged in */
async function sendOne(handOver, token) {
  const { name: _, order: __, centre, refused: ___, ...said } = handOver;
  const answer = await ask(`${facts.root}/plugin/counter/${encodeURIComponent(centre)}/queue`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(said),
  });
  if (!answer || answer.type === "opaqueredirect" || answer.status === 429 || answer.status >= 500) return false;
  if (answer.ok) drop(handOver.id);
  else add({ ...handOver, refused: (await reason(answer)) || facts.words.refused });
  return true;
}

/** @param {Response} answer */
async function reason(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return "";
  return String((await answer.json()).words ?? "");
}
