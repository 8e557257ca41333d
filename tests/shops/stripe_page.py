"""A shop's checkout page with a small stand-in for Stripe.js: an address form, `runServerUpdate`, `fetchUpdates`, and paying.

What is wired is the code that the install page gives out. Not Stripe's: its page lives in frames of its own.
"""

from typing import Any

from flask import Flask, Response

from plugin.install.pieces import Facts
from plugin.install.self_check import script_tag
from plugin.install.snippets import stripe as snippets_of
from tests.shops.stripe_shop import StripeShop

LOCALE = "en-GB"
STRIPE_JS = """
window.asked = [];
class Address {
  #heard = [];
  on(_name, heard) { this.#heard.push(heard); }
  mount(where) {
    const place = document.querySelector(where);
    for (const name of ["name", "line1", "postal_code", "city", "country"]) {
      const label = Object.assign(document.createElement("label"), { textContent: name });
      label.append(Object.assign(document.createElement("input"), { name }));
      place.append(label);
    }
    place.addEventListener("change", () => {
      const { name, ...address } = Object.fromEntries([...place.querySelectorAll("input")].map((one) => [one.name, one.value]));
      const complete = Boolean(name && Object.values(address).every(Boolean));
      for (const tell of this.#heard) tell({ complete, value: { name, address: { ...address, line2: null, state: null } } });
    });
  }
}
const read = async (clientSecret) => (await fetch(`/payments/${clientSecret}`)).json();
window.Stripe = () => ({
  initCheckoutElementsSdk({ clientSecret }) {
    const actions = {
      async runServerUpdate(update) {
        window.asked.push("runServerUpdate");
        try {
          await update();
          return { type: "success", session: await read(clientSecret) };
        } catch (error) {
          return { type: "error", error: { message: error.message } };
        }
      },
      async confirm() {
        await fetch(`/payments/${clientSecret}`, { method: "POST" });
        document.querySelector("#said").textContent = "Paid";
      },
    };
    return {
      loadActions: async () => ({ type: "success", actions }),
      createShippingAddressElement: () => new Address(),
      createPaymentElement: () => ({ mount() {} }),
    };
  },
  elements({ clientSecret }) {
    return {
      create: () => new Address(),
      async fetchUpdates() {
        window.asked.push("fetchUpdates");
        return read(clientSecret);
      },
    };
  },
});
"""

SHOWN = """
document.addEventListener("stoep:told", (event) => {
  if (event.detail.total) document.querySelector("#total").textContent = event.detail.total.amount;
});
"""

WITH_AN_INTENT = """
import { connect } from "SERVICE/static/stoep-stripe.js";
const elements = Stripe("pk_test_…").elements({ clientSecret });
const address = elements.create("address", { mode: "shipping" });
address.mount("#address");
const wires = connect(document.querySelector("stoep-delivery"), {
  clientSecret,
  elements,
  address,
  withoutStoep: async (details) => (document.querySelector("#said").textContent = details.address.line1),
});
document.querySelector("#pay").addEventListener("click", async () => {
  document.querySelector("#said").textContent = (await wires.settled()).ok ? "Ready" : "Not yet";
});
"""


def page_of(shop: StripeShop, service_url: str) -> Flask:
    """`/cs_…_secret_…` is the checkout of that session, `/pi_…` of that intent."""
    app = Flask("a shop with Stripe")
    facts = Facts(service_url, shop.door.shop, "NL", "1016 GV", "EUR", LOCALE)
    head, inner, script, _ = (piece.code for piece in snippets_of(facts, script_tag(service_url)))
    policy = f"default-src 'self'; script-src 'self' {service_url}; connect-src 'self' {service_url}"

    @app.get("/<string:secret>")
    def checkout(secret: str) -> Response:
        own_head = head.replace("https://js.stripe.com/endive/stripe.js", "/stripe.js")
        html = f"""<!doctype html><html lang="en"><title>Checkout</title><meta charset="utf-8">{own_head}
        {inner}<output id="total"></output><script type="module" src="/wires/{secret}"></script>"""
        return Response(html, headers={"Content-Security-Policy": policy})

    @app.get("/wires/<string:secret>")
    def wires(secret: str) -> Response:
        own = WITH_AN_INTENT.replace("SERVICE", service_url) if secret.startswith("pi_") else script
        return Response(f'const clientSecret = "{secret}";{SHOWN}{own}', content_type="text/javascript")

    @app.get("/stripe.js")
    def stripe_js() -> Response:
        return Response(STRIPE_JS, content_type="text/javascript")

    @app.get("/payments/<string:secret>")
    def read(secret: str) -> dict[str, Any]:
        return {"id": secret.partition("_secret_")[0]}

    @app.post("/payments/<string:secret>")
    def pay(secret: str) -> dict[str, Any]:
        shop.shopper.pay(secret.partition("_secret_")[0])
        return {}

    return app
