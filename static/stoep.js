// The only script a shop's page loads. All modules are named here, so that the browser fetches them at the same time
// instead of one after the other.
import "./stoep/service.js";
import "./stoep/control.js";
import "./stoep/picker.js";
import "./stoep/question.js";
import "./stoep/holds.js";
import { StoepDelivery } from "./stoep/delivery.js";
import { StoepEstimate } from "./stoep/estimate.js";

// A browser without these two never learns the elements: it shows what stands inside them, and the form works.
if ("attachInternals" in HTMLElement.prototype && "replace" in CSSStyleSheet.prototype) {
  if (!customElements.get("stoep-delivery")) customElements.define("stoep-delivery", StoepDelivery);
  if (!customElements.get("stoep-estimate")) customElements.define("stoep-estimate", StoepEstimate);
}
