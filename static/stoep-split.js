// <stoep-split>: the picker for a basket of which some may be delivered and some collected; a file that only shops load which
// want it. Each part is a <stoep-delivery> with a choice of its own, in the page's own tree, so that the page's form has it.
import "./stoep.js";
import { FormControl, tell, tellError } from "./stoep/control.js";
import { View, pickerFrom } from "./stoep/picker.js";
import { QUESTION, localeOf } from "./stoep/question.js";
import { address, call, styles } from "./stoep/service.js";

/** @typedef {{sku: string, quantity: number, name?: string}} Line */
/** @typedef {{option: any, fee: {amount: number, currency: string}, token: string}} Kept */
/** @typedef {"ship" | "collect"} Side */

const SIDES = /** @type {Side[]} */ (["ship", "collect"]);
const HANDED_ON = ["shop", "country", "postal-code", "city", "locale", "service", "required"];
const DELIVERED = "shipping local_delivery";

export class StoepSplit extends FormControl {
  static observedAttributes = [...QUESTION, "name", "required"];

  #view = new View(this.attachShadow({ mode: "open" }));
  #places = { ship: place("ship"), collect: place("collect") };
  #total = document.createElement("p");
  /** @type {Node[] | undefined} what the shop wrote inside: each picker's fallback */
  #fallback;
  #basket = /** @type {object | undefined} */ (undefined);
  #collected = /** @type {Set<string>} */ (new Set());
  /** What is held of each part. @type {Map<Side, Kept>} */
  #kept = new Map();
  #ticks = /** @type {import("./stoep/picker.js").Picker | null} */ (null);
  #ownId = crypto.getRandomValues(new Uint32Array(4)).join("-");
  #stop = new AbortController();
  #stopSum = new AbortController();
  #waits = false;

  constructor() {
    super();
    dress(this.#total, "status", "total").part.add("total");
    this.#view.root.append(this.#places.ship, this.#places.collect, this.#total);
    for (const done of ["stoep:ready", "stoep:error"]) {
      this.addEventListener(done, (event) => event.target instanceof HTMLElement && (event.target.inert = false));
    }
    this.addEventListener("stoep:change", (event) => this.#heard(/** @type {CustomEvent} */ (event)));
  }

  connectedCallback() {
    this.#fallback ??= [...this.childNodes];
    this.#askSoon();
  }

  disconnectedCallback() {
    for (const each of [this.#stop, this.#stopSum]) each.abort();
  }

  attributeChangedCallback() {
    this.#askSoon();
  }

  formResetCallback() {
    this.#ticks?.root.querySelectorAll("input").forEach((tick) => (tick.checked = false));
    this.#ticked();
  }

  formDisabledCallback() {
    this.#ticks?.disable(this.matches(":disabled"));
  }

  /** The basket, whose lines may have a `name`: what the property was given, else the attribute's JSON. */
  get basket() {
    try {
      return this.#basket ?? JSON.parse(this.getAttribute("basket") || "null");
    } catch {
      return null;
    }
  }

  set basket(basket) {
    this.#basket = typeof basket === "string" ? JSON.parse(basket) : (basket ?? undefined);
    this.#askSoon();
  }

  /** The signed choices, of as many parts as are chosen. */
  get choices() {
    return Object.fromEntries([...this.#kept].map(([side, kept]) => [side, kept.token]));
  }

  // Several attributes set one after the other are one question.
  #askSoon() {
    if (!this.isConnected || this.#waits) return;
    this.#waits = true;
    queueMicrotask(() => {
      this.#waits = false;
      if (this.isConnected) this.#ask();
    });
  }

  async #ask() {
    this.#stop.abort();
    const { signal } = (this.#stop = new AbortController());
    const skus = new Set(this.#lines.map((line) => line.sku));
    this.#collected = new Set([...this.#collected].filter((sku) => skus.has(sku)));
    this.#arrange();
    try {
      // One thing cannot be split.
      if (skus.size > 1 && this.#canAsk) this.#show(await this.#fragment(signal, []), await styles().catch(() => null));
      else this.#withoutTicks();
    } catch (error) {
      if (signal.aborted) return;
      tellError(this, error);
      this.#withoutTicks();
    }
  }

  /** As long as the page has not said where to, nothing is asked. */
  get #canAsk() {
    return ["shop", "country", "postal-code"].every((name) => this.getAttribute(name));
  }

  get #lines() {
    return /** @type {Line[]} */ (this.basket?.lines ?? []);
  }

  /** @param {AbortSignal} signal @param {string[]} choices */
  async #fragment(signal, choices) {
    const { text } = await call(address(this, "fragments/split"), signal, {
      shop: this.getAttribute("shop"),
      basket: { lines: this.#lines.map(({ sku, quantity, name = "" }) => ({ sku, quantity, name })) },
      locale: localeOf(this),
      collected: [...this.#collected],
      choices,
    });
    if (signal.aborted) throw signal.reason;
    return pickerFrom(text);
  }

  /** @param {import("./stoep/picker.js").Picker} ticks @param {CSSStyleSheet | null} sheet */
  #show(ticks, sheet) {
    this.#ticks = ticks;
    this.#view.show(ticks.root, sheet);
    for (const part of [...Object.values(this.#places), this.#total]) part.lang = ticks.root.lang;
    ticks.root.addEventListener("change", () => this.#ticked());
    ticks.disable(this.matches(":disabled"));
    this.#title();
  }

  /** All in one picker, as without this element. */
  #withoutTicks() {
    this.#ticks = null;
    this.#view.fallBack();
    this.#collected.clear();
    this.#arrange();
  }

  /** The parts that have something in them. */
  get #sides() {
    return SIDES.filter((side) => this.#linesOf(side).length);
  }

  #ticked() {
    const ticked = this.#ticks?.root.querySelectorAll("input:checked") ?? [];
    this.#collected = new Set([...ticked].map((tick) => /** @type {HTMLInputElement} */ (tick).value));
    this.#arrange();
    this.#view.say(this.#words(this.#sides.length > 1 ? "two" : "one"));
  }

  /** @param {Side} side */
  #linesOf(side) {
    return this.#lines.filter((line) => this.#collected.has(line.sku) === (side === "collect"));
  }

  /** A picker for each part, and none for a part without anything. */
  #arrange() {
    const sides = this.#lines.length ? this.#sides : ["ship"]; // of nothing the fallback is shown
    for (const side of SIDES) {
      if (sides.includes(side)) this.#set(this.#picker(side) ?? this.#made(side), side);
      else this.#takeAway(side);
    }
    const sent = new FormData();
    for (const sku of this.#collected) sent.append(`${this.#field("ship")}_collected`, sku);
    this.internals.setFormValue(sent);
    this.#title();
  }

  /** @param {Side} side @returns {any} */
  #picker(side) {
    return this.querySelector(`:scope > stoep-delivery[slot=${side}]`);
  }

  /** @param {Side} side */
  #made(side) {
    const picker = document.createElement("stoep-delivery");
    picker.slot = side;
    picker.append(...(this.#fallback ?? []).map((node) => node.cloneNode(true)));
    for (const node of this.#fallback ?? []) if (node.parentNode === this) this.removeChild(node);
    return picker;
  }

  /** @param {any} picker @param {Side} side */
  #set(picker, side) {
    const checkout = this.getAttribute("checkout") || this.#ownId;
    // Two holds of one checkout would replace each other.
    const own = { checkout: side === "ship" ? checkout : `${checkout}:collect`, name: this.#field(side) };
    const types = side === "collect" ? "pickup" : this.#collected.size ? DELIVERED : null;
    const said = { ...Object.fromEntries(HANDED_ON.map((name) => [name, this.getAttribute(name)])), ...own, types };
    for (const [name, value] of Object.entries(said)) {
      if (value === null) picker.removeAttribute(name);
      else picker.setAttribute(name, value); // the same value asks nothing
    }
    const basket = this.basket && { ...this.basket, lines: this.#linesOf(side) };
    if (JSON.stringify(picker.basket) !== JSON.stringify(basket)) {
      picker.basket = basket;
      picker.inert = this.#canAsk; // what still stands there was for another basket
    }
    if (!picker.isConnected) this.append(picker);
  }

  /** @param {Side} side */
  #takeAway(side) {
    const picker = this.#picker(side);
    if (!picker) return;
    picker.formResetCallback(); // lets the held place go
    picker.remove();
    this.#kept.delete(side);
    this.#sum();
  }

  /** @param {Side} side */
  #field(side) {
    return (this.name || "delivery_choice") + (side === "ship" ? "" : "_collect");
  }

  /** Two pickers need a name each. */
  #title() {
    const two = this.#sides.length > 1;
    for (const side of SIDES) {
      const names = new Set(this.#linesOf(side).map((line) => line.name || line.sku));
      const title = /** @type {HTMLElement} */ (this.#places[side].firstElementChild);
      title.hidden = !two;
      title.textContent = two ? `${this.#words(side)}: ${[...names].join(", ")}` : "";
      this.#places[side].hidden = !this.#picker(side);
    }
  }

  /** What a part holds. The page hears of both together. @param {CustomEvent} event */
  #heard(event) {
    const side = SIDES.find((each) => event.target === this.#picker(each));
    if (!side) return;
    event.stopPropagation();
    if (event.detail.token) this.#kept.set(side, event.detail);
    else this.#kept.delete(side);
    this.#sum();
  }

  /** Tell the page what all parts cost, as soon as all are chosen; and the shopper, when there are two. */
  async #sum() {
    this.#stopSum.abort();
    const { signal } = (this.#stopSum = new AbortController());
    this.#total.textContent = "";
    const kept = [...this.#kept.values()];
    const all = kept.length > 0 && kept.length === this.#sides.length;
    const fee = all ? { ...kept[0].fee, amount: kept.reduce((sum, part) => sum + part.fee.amount, 0) } : null;
    tell(this, "change", { fee, parts: Object.fromEntries(this.#kept) });
    if (!all || kept.length < 2) return;
    try {
      const { root } = await this.#fragment(signal, kept.map((part) => part.token));
      this.#total.textContent = root.querySelector(".total")?.textContent ?? "";
    } catch (error) {
      if (!signal.aborted) tellError(this, error);
    }
  }

  /** @param {string} key */
  #words(key) {
    return this.#ticks?.root.getAttribute(`data-text-${key}`) ?? "";
  }
}

/** Where the picker of a part stands. @param {Side} side */
function place(side) {
  const group = dress(document.createElement("div"), "group", "way");
  group.setAttribute("aria-labelledby", `${side}-title`);
  const title = document.createElement("p");
  title.id = `${side}-title`;
  title.className = "question";
  const slot = document.createElement("slot");
  slot.name = side;
  group.append(title, slot);
  return group;
}

/** @template {HTMLElement} T @param {T} element @param {string} role @param {string} look */
function dress(element, role, look) {
  element.setAttribute("role", role);
  element.className = look;
  return element;
}

if ("attachInternals" in HTMLElement.prototype && "replace" in CSSStyleSheet.prototype) {
  if (!customElements.get("stoep-split")) customElements.define("stoep-split", StoepSplit);
}
