// A shop of x402's official packages (Express middleware, facilitator), for clients of ours to pay. First line of the input: {rpc, key, payTo}
// (key: a development key that settles). Prints its address; ends with its input.
import readline from "node:readline";
import express from "express";
import { createWalletClient, http, publicActions } from "viem";
import { nonceManager, privateKeyToAccount } from "viem/accounts";
import { baseSepolia } from "viem/chains";
import { x402Facilitator } from "@x402/core/facilitator";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { ExactEvmScheme as ExactFacilitator } from "@x402/evm/exact/facilitator";
import { UptoEvmScheme as UptoFacilitator } from "@x402/evm/upto/facilitator";
import { ExactEvmScheme as ExactServer } from "@x402/evm/exact/server";
import { UptoEvmScheme as UptoServer } from "@x402/evm/upto/server";
import { paymentMiddleware, setSettlementOverrides, x402ResourceServer } from "@x402/express";

const network = "eip155:84532";
const input = readline.createInterface({ input: process.stdin });
input.once("close", () => process.exit(0));
const { rpc, key, payTo } = JSON.parse(await new Promise((resolve) => input.once("line", resolve)));

const wallet = createWalletClient({ account: privateKeyToAccount(key, { nonceManager }), chain: baseSepolia, transport: http(rpc), pollingInterval: 20 }).extend(publicActions);
const facilitator = new x402Facilitator();
const signer = toFacilitatorEvmSigner({ ...wallet, address: wallet.account.address });
facilitator.register(network, new ExactFacilitator(signer));
facilitator.register(network, new UptoFacilitator(signer));
const client = {
  verify: (payload, requirements) => facilitator.verify(payload, requirements),
  settle: (payload, requirements) => facilitator.settle(payload, requirements),
  getSupported: async () => facilitator.getSupported(),
};
const server = new x402ResourceServer(client).register(network, new ExactServer()).register(network, new UptoServer());

const usdc = { asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e", amount: "10000" };
const exact = { scheme: "exact", network, payTo, maxTimeoutSeconds: 60 };
const extra = { name: "USDC", version: "2" };
const routes = {
  "POST /eip3009": { accepts: { ...exact, price: { ...usdc, extra } }, description: "exact by EIP-3009" },
  "POST /permit2": { accepts: { ...exact, price: { ...usdc, extra: { ...extra, assetTransferMethod: "permit2" } } }, description: "exact by Permit2" },
  "POST /upto": { accepts: { ...exact, scheme: "upto", price: { ...usdc, extra: { ...extra, assetTransferMethod: "permit2" } } }, description: "at most" },
  "POST /fails": { accepts: { ...exact, price: { ...usdc, extra } }, description: "fails after it was paid for" },
};

let failures = 0;
const app = express();
app.use(express.text({ type: "*/*" }));
app.use(paymentMiddleware(routes, server));
app.post("/eip3009", (request, response) => response.send(`eip3009: ${request.body}`));
app.post("/permit2", (request, response) => response.send(`permit2: ${request.body}`));
app.post("/upto", (request, response) => {
  setSettlementOverrides(response, { amount: "4000" });
  response.send(`upto: ${request.body}`);
});
app.post("/fails", (request, response) => (failures++ === 0 ? response.status(500).send("once") : response.send(`fails: ${request.body}`)));
const listening = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${listening.address().port}`));
