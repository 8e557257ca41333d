// Fetches the list anew every few seconds, until the reader switches that off or is inside it.
const live = document.getElementById("live");
const orders = document.getElementById("orders");
live.parentElement.hidden = false;

setInterval(async () => {
  if (!live.checked || document.hidden || orders.contains(document.activeElement)) return;
  try {
    const response = await fetch("/orders");
    const html = await response.text();
    if (response.ok && html !== orders.dataset.last) orders.innerHTML = orders.dataset.last = html;
  } catch {
    // The warehouse is restarting; the next try will find it.
  }
}, 2000);
