// An official Express server that asks a facilitator by HTTP, and an official client that pays it. First line of the input:
// {facilitator, token, rpc, payTo, key (the payer's)}. Prints a line for each payment: {route, status, body, settled}.
import readline from "node:readline";
import express from "express";
import { privateKeyToAccount } from "viem/accounts";
import { HTTPFacilitatorClient } from "@x402/core/server";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { ExactEvmScheme as ExactServer } from "@x402/evm/exact/server";
import { UptoEvmScheme as UptoServer } from "@x402/evm/upto/server";
import { paymentMiddleware, setSettlementOverrides, x402ResourceServer } from "@x402/express";
import { declareEip2612GasSponsoringExtension } from "@x402/extensions";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";

const network = "eip155:84532";
const { facilitator, token, rpc, payTo, key } = JSON.parse(await new Promise((resolve) => readline.createInterface({ input: process.stdin }).once("line", resolve)));

const headers = { Authorization: `Bearer ${token}` };
const asked = new HTTPFacilitatorClient({ url: facilitator, createAuthHeaders: async () => ({ verify: headers, settle: headers, supported: headers }) });
const server = new x402ResourceServer(asked).register(network, new ExactServer()).register(network, new UptoServer());

const usdc = { asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e", amount: "10000" };
const exact = { scheme: "exact", network, payTo, maxTimeoutSeconds: 60 };
const extra = { name: "USDC", version: "2" };
const permit2 = { ...usdc, extra: { ...extra, assetTransferMethod: "permit2" } };
const routes = {
  "GET /eip3009": { accepts: { ...exact, price: { ...usdc, extra } }, description: "exact by EIP-3009" },
  "GET /permit2": { accepts: { ...exact, price: permit2 }, description: "exact by Permit2", extensions: declareEip2612GasSponsoringExtension() },
  "GET /upto": { accepts: { ...exact, scheme: "upto", price: permit2 }, description: "at most", extensions: declareEip2612GasSponsoringExtension() },
};
const app = express();
app.use(paymentMiddleware(routes, server));
app.get("/eip3009", (_, response) => response.send("one"));
app.get("/permit2", (_, response) => response.send("two"));
app.get("/upto", (_, response) => {
  setSettlementOverrides(response, { amount: "2350" });
  response.send("three");
});
const listening = app.listen(0, "127.0.0.1", async () => {
  const account = privateKeyToAccount(key);
  const client = new x402Client().register(network, new ExactEvmScheme(account, { rpcUrl: rpc })).register(network, new UptoEvmScheme(account, { rpcUrl: rpc }));
  const paying = wrapFetchWithPayment(fetch, client);
  for (const route of ["/eip3009", "/permit2", "/upto"]) {
    const response = await paying(`http://127.0.0.1:${listening.address().port}${route}`);
    const settled = response.headers.get("payment-response");
    console.log(JSON.stringify({ route, status: response.status, body: await response.text(), settled: settled ? JSON.parse(Buffer.from(settled, "base64").toString()) : undefined }));
  }

  process.exit(0);
});
