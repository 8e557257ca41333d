// Wires <stoep-delivery> to a payment at Stripe: address and choice go to Stoep, which puts fee and window on the payment.
// For a Checkout Session inside `runServerUpdate`, for a PaymentIntent before `elements.fetchUpdates`. The browser names no price.

/**
 * @typedef {{ ok: true, total: { amount: number, currency: string } | null } | { ok: false, code: string, message: string }} Told
 * @typedef {{ name: string, address: Record<string, string | null> }} Details
 * @typedef {{ on(name: "change", heard: (event: { complete: boolean, value: Details }) => void): void }} AddressElement
 * @typedef {{ runServerUpdate(update: () => Promise<unknown>): Promise<{ type: string }> }} Actions
 * @typedef {{ clientSecret: string, address: AddressElement, actions?: Actions, elements?: { fetchUpdates(): Promise<unknown> },
 *   service?: string }} Wiring
 * @typedef {HTMLElement & { choice: string | null, basket: object | null, validity: ValidityState, validationMessage: string }} Delivery
 */

const [TYPING_MS, NOTHING_CHOSEN_MS, LATER_MS, PATIENCE_MS] = [300, 1500, 30_000, 20_000];
const AWAY = ["unreachable", "stripe_away", "busy", "unavailable", "too_many_requests"];

/**
 * Wire one element to one payment. `actions` are those of a Checkout Session, `elements` those of a PaymentIntent.
 * @param {Delivery} delivery @param {Wiring} wiring
 */
export function connect(delivery, wiring) {
  return new Wires(delivery, wiring);
}

class Wires {
  #delivery;
  #wiring;
  /** @type {Details | null} */
  #details = null;
  /** What Stoep was told last, what it refused last, and what it said. */
  #known = "";
  #refused = "";
  /** @type {Told} */
  #told = { ok: false, code: "no_address", message: "" };
  /** @type {Promise<void> | null} */
  #running = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #renewing = false;
  #keptUntil = 0;

  /** @param {Delivery} delivery @param {Wiring} wiring */
  constructor(delivery, wiring) {
    this.#delivery = delivery;
    this.#wiring = wiring;
    wiring.address.on("change", (event) => event.complete && this.#goesTo(event.value));
    delivery.addEventListener("stoep:change", (event) => this.#chosen(/** @type {CustomEvent} */ (event).detail.token));
    delivery.addEventListener("stoep:ready", () => queueMicrotask(() => this.#shown()));
    delivery.addEventListener("stoep:error", () => this.#shown());
    delivery.addEventListener("stoep:expiring", (event) => this.#expiring(/** @type {CustomEvent} */ (event).detail.expires_at));
  }

  /**
   * Wait until Stripe knows what stands on the page now; call it before the payment is confirmed.
   * @returns {Promise<Told>}
   */
  async settled() {
    do {
      clearTimeout(this.#timer);
      await this.#tell();
    } while (this.#told.ok && this.#wanted() !== this.#known);
    const { validity, validationMessage } = this.#delivery;
    if (this.#told.ok && validity?.valid === false) return { ok: false, code: "no_choice", message: validationMessage };
    return this.#told;
  }

  /** @param {Details} details */
  #goesTo(details) {
    this.#details = details;
    const { country, postal_code, city } = details.address;
    for (const [name, value] of [["country", country], ["postal-code", postal_code], ["city", city]]) {
      if (value) this.#delivery.setAttribute(/** @type {string} */ (name), value);
      else this.#delivery.removeAttribute(/** @type {string} */ (name));
    }
    this.#soon(TYPING_MS);
  }

  /** @param {string | null} token */
  #chosen(token) {
    if (token) this.#renewing = false;
    // Between two windows there is none for a moment, and while the picker is drawn anew: that is no news.
    if (!this.#renewing) this.#soon(token ? 0 : NOTHING_CHOSEN_MS);
  }

  /** The picker is there again. */
  #shown() {
    if (!this.#renewing) return;
    this.#renewing = false;
    this.#soon(0);
  }

  /** The place is kept as long as the payment may take, which the picker does not know: let it look. @param {string} expiresAt */
  #expiring(expiresAt) {
    if (this.#keptUntil - Date.parse(expiresAt) > LATER_MS) this.#askAgain();
  }

  #askAgain() {
    this.#renewing = true;
    this.#delivery.basket = this.#delivery.basket;
  }

  /** @param {number} delay */
  #soon(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), delay);
  }

  #wanted() {
    return JSON.stringify([this.#details, this.#delivery.choice]);
  }

  /** One call after the other; whoever comes meanwhile waits for the next. */
  async #tell() {
    while (this.#running) await this.#running;
    if (!this.#details || [this.#known, this.#refused].includes(this.#wanted())) return;
    this.#running = this.#update().finally(() => (this.#running = null));
    await this.#running;
  }

  async #update() {
    const { actions, elements } = this.#wiring;
    const wanted = this.#wanted();
    /** @type {Told} */
    let detail = { ok: false, code: "unreachable", message: "" };
    const update = async () => {
      detail = await this.#post();
      if (!detail.ok) throw new Error(detail.message);
    };
    try {
      if (!actions) await update().then(() => elements?.fetchUpdates());
      else if ((await actions.runServerUpdate(update)).type === "error") throw new Error("the page was not told");
    } catch {
      // Stoep agreed, but Stripe's page does not show it: it has to be told again before anybody pays.
      if (detail.ok) detail = { ok: false, code: "unreachable", message: "" };
    }
    this.#told = detail;
    this.#known = detail.ok ? wanted : "";
    // The same is not sent again by itself, unless nobody was there to refuse it.
    this.#refused = detail.ok || AWAY.includes(detail.code) ? "" : wanted;
    this.#delivery.dispatchEvent(new CustomEvent("stoep:told", { bubbles: true, composed: true, detail }));
    if (!detail.ok && detail.code.startsWith("choice_")) this.#askAgain();
  }

  /** @returns {Promise<Told>} */
  async #post() {
    const { clientSecret, service = new URL("..", import.meta.url).href } = this.#wiring;
    const [id] = clientSecret.split("_secret_");
    const kind = id.startsWith("pi_") ? "payment-intents" : "checkout-sessions";
    const response = await fetch(new URL(`plugin/stripe/${kind}/${id}/delivery`, service), {
      method: "POST",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        shop: this.#delivery.getAttribute("shop"),
        client_secret: clientSecret,
        shipping_details: this.#details,
        choice: this.#delivery.choice,
        locale: this.#delivery.getAttribute("locale") || undefined,
      }),
    });
    const body = await response.json().catch(() => ({}));
    if (!response.ok) return { ok: false, code: body.code ?? "", message: body.text ?? body.detail ?? "" };
    this.#keptUntil = body.expires_at ? Date.parse(body.expires_at) : 0;
    return { ok: true, total: body.total };
  }
}
