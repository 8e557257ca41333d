// What an offer depends on, read from the element that asks for it.
import { checkoutId } from "./checkout.js";
import { Problem } from "./service.js";

/** A change of one of these asks anew; `name` and `required` only concern the form. */
export const QUESTION = ["shop", "country", "postal-code", "city", "checkout", "locale", "basket", "service"];

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
  };
}

/**
 * The element's own locale, else the language of the page around it.
 * @param {Element} element
 */
export function localeOf(element) {
  return element.getAttribute("locale") || element.closest("[lang]")?.getAttribute("lang") || undefined;
}
