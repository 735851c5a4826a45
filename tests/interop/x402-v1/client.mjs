// x402-fetch 1.2.0, the official client of version 1, as it is. Input and output as in ../x402/clients.mjs; it takes the first offer of its chain.
import readline from "node:readline";
import { createSigner, wrapFetchWithPayment } from "x402-fetch";

const { url, cases } = JSON.parse(await new Promise((resolve) => readline.createInterface({ input: process.stdin }).once("line", resolve)));
for (const { name, key, path, body, pick } of cases) {
  let line;
  try {
    const signer = await createSigner("base-sepolia", key);
    const paying = wrapFetchWithPayment(fetch, signer, undefined, pick ? (offers) => offers.find((offer) => offer.maxAmountRequired === pick.amount) : undefined);
    const response = await paying(url + path, { method: "POST", body, headers: { "content-type": "application/json" } });
    const settled = response.headers.get("x-payment-response");
    line = {
      status: response.status,
      receipt: response.headers.get("assay-receipt"),
      secret: response.headers.get("assay-receipt-secret"),
      settled: settled ? JSON.parse(Buffer.from(settled, "base64").toString()) : undefined,
      request: Buffer.from(body).toString("base64"),
      response: Buffer.from(await response.arrayBuffer()).toString("base64"),
    };
  } catch (error) {
    line = { error: `${error?.stack ?? error}` };
  }

  console.log(JSON.stringify({ name, ...line }));
}
