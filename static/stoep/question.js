// What an offer depends on, read from the element that asks for it.
import { Problem } from "./service.js";

/** A change of one of these asks anew; `name` and `required` only concern the form. */
export const QUESTION = ["shop", "country", "postal-code", "city", "checkout", "locale", "basket", "service", "types"];

/**
 * The body of a request for an offer; null as long as the page has not said where to.
 * @param {Element} element
 * @param {object | null} basket
 */
export function questionOf(element, basket) {
  const read = (/** @type {string} */ name) => element.getAttribute(name) || undefined;
  const [shop, country, postal_code] = [read("shop"), read("country"), read("postal-code")];
  if (!shop || !country || !postal_code) return null;
  if (!basket) throw new Problem("basket_invalid", "the basket is missing, or not JSON");
  return {
    shop,
    destination: { country, postal_code, city: read("city") },
    basket,
    locale: localeOf(element),
    checkout: read("checkout") || checkoutId(shop),
    types: read("types")?.split(" "),
  };
}

/**
 * The element's own locale, else the language of the page around it.
 * @param {Element} element
 */
export function localeOf(element) {
  return element.getAttribute("locale") || element.closest("[lang]")?.getAttribute("lang") || undefined;
}

/** @type {Map<string, string>} */
const kept = new Map();

/**
 * The id of a checkout whose shop gave none: random, and kept for this tab, so that a reload finds its own hold.
 * @param {string} shop
 * @returns {string}
 */
function checkoutId(shop) {
  const key = `stoep-checkout-${shop}`;
  const id = read(key) || kept.get(key) || randomId();
  kept.set(key, id);
  try {
    sessionStorage.setItem(key, id);
  } catch {
    // Storage is forbidden or full: the id lasts as long as the page.
  }
  return id;
}

/** @param {string} key */
function read(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
