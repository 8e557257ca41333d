// <stoep-estimate>: one line on a product page that says when it would arrive.
import { tell, tellError } from "./control.js";
import { localeOf } from "./question.js";
import { address, call, parsed } from "./service.js";

const QUESTION = ["shop", "country", "postal-code", "sku", "handling-days"];

export class StoepEstimate extends HTMLElement {
  static observedAttributes = [...QUESTION, "locale", "service"];

  #text = document.createElement("span");
  // A slot has no box of its own that could be hidden.
  #fallback = document.createElement("span");
  /** @type {AbortController | undefined} */
  #asking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    super();
    this.#text.setAttribute("part", "text");
    this.#fallback.append(document.createElement("slot"));
    this.attachShadow({ mode: "open" }).append(this.#text, this.#fallback);
  }

  connectedCallback() {
    this.#ask(0);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#ask(250);
  }

  /** @param {number} delay */
  #ask(delay) {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#timer = setTimeout(() => this.#load(), delay);
  }

  async #load() {
    if (!this.getAttribute("shop") || !this.getAttribute("country")) return this.#show("");
    const asking = (this.#asking = new AbortController());
    try {
      const { text } = await call(this.#address(), asking.signal);
      if (asking.signal.aborted) return;
      const answer = parsed(text);
      this.#show(answer.text || "");
      tell(this, "ready", { estimate: answer.estimate ?? null });
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#show("");
      tellError(this, error);
    }
  }

  #address() {
    const url = new URL(address(this, "estimate"));
    const locale = localeOf(this);
    if (locale) url.searchParams.set("locale", locale);
    for (const name of QUESTION) {
      const value = this.getAttribute(name);
      if (value) url.searchParams.set(name.replace("-", "_"), value);
    }
    return url.href;
  }

  /** Without a sentence the fallback stays. @param {string} sentence */
  #show(sentence) {
    this.#text.textContent = sentence;
    this.#fallback.hidden = Boolean(sentence);
  }
}
