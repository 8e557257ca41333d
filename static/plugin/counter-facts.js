/**
 * What the page says of the counter it is for, and asking the service while the line may be down.
 *
 * @typedef {object} Facts
 * @property {string} root
 * @property {string} merchant
 * @property {string} account
 * @property {string} centre
 * @property {string} list the address of the counter's own page
 * @property {string} queue where hand-overs that were kept are sent
 * @property {string} worker
 * @property {string} scope
 * @property {string} login
 * @property {string} token of this login's forms
 * @property {Record<string, string>} words
 */

export const CACHE = "stoep-counter-1";
const WHO = "stoep-counter-account";
const PATIENCE_MS = 8000;

/** @param {ParentNode} page @returns {Facts} */
export function factsOf(page) {
  return JSON.parse(page.querySelector("#counter-facts")?.textContent ?? "{}");
}

export const facts = factsOf(document);

/** @param {string} name @param {Record<string, string | number>} [values] */
export function words(name, values = {}) {
  return facts.words[name].replaceAll(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

let isUp = true;

/** Whether the service could be reached when it was last asked. */
export const lineIsUp = () => isUp;

/** @param {boolean} up */
function note(up) {
  if (up === isUp) return;
  isUp = up;
  document.dispatchEvent(new CustomEvent("line"));
}

/**
 * The answer, or null when the line is down. Nothing is followed: who is logged out is sent to the login, and what this device
 * knows is forgotten.
 * @param {string} address
 * @param {RequestInit} [options]
 * @returns {Promise<Response | null>}
 */
export async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  } catch {
    note(false);
    return null;
  }
  if (answer.status >= 502 && answer.status <= 504) {
    note(false);
    return null;
  }
  note(true);
  return answer;
}

/** The list as it is now, kept for when the line is down; null when it cannot be had. */
export async function freshList() {
  const answer = await ask(facts.list, { headers: { Accept: "text/html" } });
  if (!answer) return null;
  if (answer.type === "opaqueredirect" || answer.status === 403) {
    await forget();
    location.assign(facts.login);
    return null;
  }
  if (!answer.ok) return null;
  await keep(answer.clone());
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** @param {Response} list */
async function keep(list) {
  if (!("caches" in self)) return;
  const cache = await caches.open(CACHE);
  await cache.put(facts.list, list);
  const loaded = performance.getEntriesByType("resource").map((each) => each.name);
  const ours = loaded.filter((name) => name.startsWith(`${location.origin}${facts.root}/static/plugin/`));
  await Promise.all(ours.map(async (name) => (await cache.match(name)) ?? cache.add(name)));
}

/** The lists of this device; what has still to be sent stays. */
export async function forget() {
  if ("caches" in self) await caches.delete(CACHE);
}

/** Lists that somebody else saw here before are not kept for whoever is logged in now. */
export async function forgetOthers() {
  if (localStorage.getItem(WHO) === facts.account) return;
  await forget();
  localStorage.setItem(WHO, facts.account);
}
