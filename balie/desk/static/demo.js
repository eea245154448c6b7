// Signs the chat in as one of the demo's customers, as a company's own site would; development only.

const demo = document.getElementById("demo");
const customer = document.getElementById("demo-customer");
const chat = document.querySelector("balie-chat");

demo.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch(`${demo.dataset.root}/api/v1/demo/token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ customer: customer.value }),
  });
  if (!response.ok) return;
  chat.token = (await response.json()).customer_token;
  demo.open = false; // leaves its place to the chat
  chat.open();
});

chat.addEventListener("balie-sign-in", () => {
  demo.open = true;
  customer.focus();
});
