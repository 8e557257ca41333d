"""The pieces of code for a checkout by Stripe's Elements: the session, the page, and the wires between them."""

from html import escape

from delivery.texts.sentences import N_
from plugin.install.pieces import Facts, Snippet

ADAPTER_PATH = "/static/stoep-stripe.js"


def stripe(facts: Facts, script_tag: str) -> list[Snippet]:
    """For a shop that makes its Checkout Sessions itself."""
    return [
        Snippet(N_("Into the head of the checkout page"), _head(script_tag)),
        Snippet(N_("Into the checkout page, between the address and the payment"), _page(facts)),
        Snippet(N_("Into the script of the checkout page"), _script(facts)),
        Snippet(N_("On your server, where the session is made (Python)"), _session(facts)),
    ]


def _head(script_tag: str) -> str:
    return f'<script src="https://js.stripe.com/endive/stripe.js"></script>\n{script_tag}'


def _page(facts: Facts) -> str:
    basket = f'{{"lines": [{{"sku": "LAMP-1", "quantity": 1}}], "currency": "{facts.currency}"}}'
    return f"""<div id="address"></div>
<stoep-delivery shop="{escape(facts.shop)}" locale="{escape(facts.language)}"
                basket='{basket}' required>
  Standard delivery
</stoep-delivery>
<div id="payment"></div>
<p id="said" role="status"></p>
<button id="pay">Pay</button>"""


def _script(facts: Facts) -> str:
    return f"""import {{ connect }} from "{facts.service_url}{ADAPTER_PATH}";

// clientSecret: your server puts session.client_secret into the page.
const checkout = Stripe("pk_test_…").initCheckoutElementsSdk({{ clientSecret }});
const {{ actions }} = await checkout.loadActions();
const address = checkout.createShippingAddressElement();
address.mount("#address");
checkout.createPaymentElement().mount("#payment");

const wires = connect(document.querySelector("stoep-delivery"), {{ clientSecret, actions, address }});
document.querySelector("#pay").addEventListener("click", async () => {{
  const told = await wires.settled();
  if (told.ok) await actions.confirm();
  else document.querySelector("#said").textContent = told.message;
}});"""


def _session(facts: Facts) -> str:
    return f"""import json, stripe, time

session = stripe.checkout.Session.create(
    mode="payment",
    ui_mode="elements",
    return_url="https://shop.example/thanks",
    permissions={{"update_shipping_details": "server_only"}},
    shipping_address_collection={{"allowed_countries": ["{facts.country}"]}},
    expires_at=int(time.time()) + 31 * 60,
    client_reference_id="1001",
    line_items=[…],
    metadata={{"stoep_basket": json.dumps(
        {{"lines": [{{"sku": "LAMP-1", "quantity": 1}}], "currency": "{facts.currency}"}}
    )}},
)"""
