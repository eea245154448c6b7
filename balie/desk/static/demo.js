// Signs the chat in as one of the demo's customers, as a company's own site would; development only.

const form = document.getElementById("demo");
const customer = document.getElementById("demo-customer");
const chat = document.querySelector("balie-chat");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch(`${form.dataset.root}/api/v1/demo/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ customer: customer.value }),
  });
  if (!response.ok) return;
  chat.token = (await response.json()).customer_token;
  chat.open();
});

chat.addEventListener("balie-sign-in", () => customer.focus());
