// The id of a checkout whose shop gave none: random, and kept for this tab, so that a reload finds its own hold.

/** @type {Map<string, string>} */
const kept = new Map();

/**
 * @param {string} shop
 * @returns {string}
 */
export function checkoutId(shop) {
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
