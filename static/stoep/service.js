// Calls to the service: no cookies, never longer than four seconds, every failure a Problem with a code.

const PATIENCE_MS = 4000;

/** What went wrong: the code of a problem document, or "unreachable" when there was no answer that we understand. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {string} detail
   * @param {number} status 0 without an answer
   * @param {string | undefined} offer the id of a fresh offer, when the answer carries one
   */
  constructor(code, detail = code, status = 0, offer = undefined) {
    super(detail);
    this.code = code;
    this.status = status;
    this.offer = offer;
  }

  /** Whether the service understood us and said no; otherwise it is ill or away, and asking on makes no sense. */
  get isRefusal() {
    return this.status >= 400 && this.status < 500;
  }
}

/**
 * Where an element's service is: its `service` attribute, else the origin that this script came from.
 * @param {Element} element
 * @param {string} path
 */
export function address(element, path) {
  const given = element.getAttribute("service");
  const base = given ? given.replace(/\/?$/, "/") : new URL("/", import.meta.url).href;
  return new URL(`widget/v1/${path}`, new URL(base, document.baseURI)).href;
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @param {unknown} [body] sent as JSON by POST
 * @returns {Promise<{text: string, skew: number}>} the text of a good answer, and by how many ms the service's clock is ahead of ours
 */
export async function call(url, signal, body) {
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = setTimeout(end, PATIENCE_MS);
  signal.addEventListener("abort", end);
  try {
    /** @type {RequestInit} */
    const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(url, { ...(body ? post : {}), credentials: "omit", signal: stop.signal });
    const text = await response.text();
    if (!response.ok) throw problemOf(response.status, text);
    const at = Date.parse(response.headers.get("Date") || "");
    return { text, skew: at ? at - Date.now() : 0 };
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("unreachable", String(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

/**
 * A good answer as JSON; what cannot be read counts as no answer.
 * @param {string} text
 */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("unreachable", "not JSON");
  }
}

/** @type {Promise<CSSStyleSheet> | undefined} */
let sheet;

/** The picker's style sheet, fetched and constructed: `<style>` and `<link>` do not pass a strict CSP in a shadow root. */
export function styles() {
  sheet ??= fetch(new URL("picker.css", import.meta.url), { credentials: "omit" })
    .then((response) => (response.ok ? response.text() : Promise.reject(new Error("no style sheet"))))
    .then((text) => new CSSStyleSheet().replace(text))
    .catch((error) => {
      sheet = undefined;
      throw error;
    });
  return sheet;
}

/**
 * @param {number} status
 * @param {string} text
 */
function problemOf(status, text) {
  try {
    const { code, detail, title, offer } = JSON.parse(text);
    return new Problem(code || "unreachable", detail || title, status, offer?.offer);
  } catch {
    return new Problem("unreachable", `HTTP ${status}`, status);
  }
}
