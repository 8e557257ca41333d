// Wires <stoep-delivery> to a payment at Stripe: address and choice go to Stoep, which puts fee and window on the payment.
// For a Checkout Session inside `runServerUpdate`, for a PaymentIntent before `elements.fetchUpdates`. The browser names no price.

/**
 * @typedef {{ ok: true, total: { amount: number, currency: string } | null } | { ok: false, code: string, message: string }} Told
 * @typedef {{ name: string, address: Record<string, string | null> }} Details
 * @typedef {{ on(name: "change", heard: (event: { complete: boolean, value: Details }) => void): void }} AddressElement
 * @typedef {{ runServerUpdate(update: () => Promise<unknown>): Promise<{ type: string }> }} Actions
 * @typedef {{ clientSecret: string, address: AddressElement, actions?: Actions, elements?: { fetchUpdates(): Promise<unknown> },
 *   service?: string, withoutStoep?: (details: Details) => Promise<unknown> }} Wiring
 * @typedef {HTMLElement & { choice: string | null, basket: object | null, validity: ValidityState, validationMessage: string }} Delivery
 */

const [TYPING_MS, NOTHING_CHOSEN_MS, LATER_MS, PATIENCE_MS] = [300, 1500, 30_000, 18_000];
const AWAY = ["unreachable", "stripe_away", "busy", "unavailable", "too_many_requests"];
/** @type {Record<string, [string, string]>} What nobody else can say: there is no address yet, and nobody answers. */
const WORDS = {
  en: ["Please fill in your address first.", "The payment cannot go on just now. Please try again in a moment."],
  nl: ["Vul eerst je adres in.", "De betaling kan nu even niet verder. Probeer het zo nog eens."],
  de: ["Bitte geben Sie zuerst Ihre Adresse an.", "Die Zahlung kann gerade nicht fortgesetzt werden. Bitte versuchen Sie es gleich noch einmal."],
  fr: ["Veuillez d’abord indiquer votre adresse.", "Le paiement ne peut pas continuer pour le moment. Veuillez réessayer dans un instant."],
};

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
  /** @type {Told | null} */
  #told = null;
  /** @type {Promise<void> | null} */
  #running = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #renewing = false;
  /** Why something has to be chosen again. */
  #lost = "";
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
   * Wait until Stripe knows what stands on the page now; call it before the payment is confirmed. It is told once more even
   * when it knows: another window of this browser may have told it something else since.
   * @returns {Promise<Told>}
   */
  async settled() {
    let again = true;
    do {
      clearTimeout(this.#timer);
      await this.#tell(again);
      again = false;
    } while (this.#told?.ok && this.#wanted() !== this.#known);
    const { validity, validationMessage } = this.#delivery;
    if (this.#told?.ok && validity?.valid === false) return { ok: false, code: "no_choice", message: this.#lost || validationMessage };
    return this.#told ?? { ok: false, code: "no_address", message: this.#words()[0] };
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

  /** One call after the other; whoever comes meanwhile waits for the next. @param {boolean} [again] what is known as well */
  async #tell(again = false) {
    while (this.#running) await this.#running;
    const wanted = this.#wanted();
    if (!this.#details || wanted === this.#refused || (wanted === this.#known && !again)) return;
    this.#running = this.#update().finally(() => (this.#running = null));
    await this.#running;
  }

  async #update() {
    const { actions, elements } = this.#wiring;
    const wanted = this.#wanted();
    const before = wanted === this.#known ? this.#told : null;
    let detail = this.#away();
    const update = async () => {
      detail = await this.#agreed(before);
      if (!detail.ok) throw new Error(detail.message);
    };
    try {
      if (!actions) await update().then(() => elements?.fetchUpdates());
      else if ((await actions.runServerUpdate(update)).type === "error") throw new Error("the page was not told");
    } catch {
      // Stoep agreed, but Stripe's page does not show it: it has to be told again before anybody pays.
      if (detail.ok) detail = this.#away();
    }
    this.#told = detail;
    this.#known = detail.ok ? wanted : "";
    // The same is not sent again by itself, unless nobody was there to refuse it.
    this.#refused = detail.ok || AWAY.includes(detail.code) ? "" : wanted;
    this.#delivery.dispatchEvent(new CustomEvent("stoep:told", { bubbles: true, composed: true, detail }));
    if (detail.ok && this.#delivery.choice) this.#lost = "";
    if (!detail.ok && (detail.code.startsWith("choice_") || detail.code === "invalid_token")) {
      this.#lost = detail.message;
      this.#askAgain();
    }
  }

  /**
   * What Stoep says; while it is away what it said of the same `before`, else what the shop does without it.
   * @param {Told | null} before @returns {Promise<Told>}
   */
  async #agreed(before) {
    const told = await this.#post().catch(() => this.#away());
    if (told.ok || !AWAY.includes(told.code)) return told;
    const { withoutStoep } = this.#wiring;
    if (before || !withoutStoep) return before ?? told;
    await withoutStoep(/** @type {Details} */ (this.#details));
    return { ok: true, total: null };
  }

  /** @returns {Told} */
  #away() {
    return { ok: false, code: "unreachable", message: this.#words()[1] };
  }

  #words() {
    const language = this.#delivery.getAttribute("locale") || this.#delivery.closest("[lang]")?.getAttribute("lang") || "en";
    return WORDS[language.slice(0, 2).toLowerCase()] ?? WORDS.en;
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
    if (!response.ok) return { ok: false, code: body.code ?? "", message: body.text ?? this.#words()[1] };
    this.#keptUntil = body.expires_at ? Date.parse(body.expires_at) : 0;
    return { ok: true, total: body.total };
  }
}
