// Keeps the total beside the picker up to date. The server says it again before anything is paid.
const sums = document.querySelector("[data-goods]");

document.addEventListener("stoep:change", (event) => {
  const fee = event.detail?.fee;
  for (const row of sums.querySelectorAll(".late")) row.hidden = !fee;
  if (!fee) return;
  const money = new Intl.NumberFormat(sums.dataset.locale, { style: "currency", currency: fee.currency });
  sums.querySelector(".fee").textContent = fee.amount ? money.format(fee.amount / 100) : sums.dataset.free;
  sums.querySelector(".sum").textContent = money.format((Number(sums.dataset.goods) + fee.amount) / 100);
});
