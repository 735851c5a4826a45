// x402's official facilitator as a server, for our side to ask. First line of the input: {rpc, key} (key: a development key that settles).
// Prints its address; ends with its input.
import readline from "node:readline";
import express from "express";
import { createWalletClient, http, publicActions } from "viem";
import { nonceManager, privateKeyToAccount } from "viem/accounts";
import { baseSepolia } from "viem/chains";
import { x402Facilitator } from "@x402/core/facilitator";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { registerExactEvmScheme } from "@x402/evm/exact/facilitator";
import { UptoEvmScheme } from "@x402/evm/upto/facilitator";

const network = "eip155:84532";
const input = readline.createInterface({ input: process.stdin });
input.once("close", () => process.exit(0));
const { rpc, key } = JSON.parse(await new Promise((resolve) => input.once("line", resolve)));

const wallet = createWalletClient({ account: privateKeyToAccount(key, { nonceManager }), chain: baseSepolia, transport: http(rpc), pollingInterval: 20 }).extend(publicActions);
const signer = toFacilitatorEvmSigner({ ...wallet, address: wallet.account.address });
const facilitator = registerExactEvmScheme(new x402Facilitator(), { signer, networks: network });
facilitator.register(network, new UptoEvmScheme(signer));

const app = express();
app.use(express.json());
const answer = (ask) => async (request, response) => {
  try {
    response.json(await ask(request.body.paymentPayload, request.body.paymentRequirements));
  } catch (error) {
    response.status(500).json({ error: `${error?.message ?? error}` });
  }
};
app.post("/verify", answer((payload, requirements) => facilitator.verify(payload, requirements)));
app.post("/settle", answer((payload, requirements) => facilitator.settle(payload, requirements)));
app.get("/supported", (_, response) => response.json(facilitator.getSupported()));
const listening = app.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${listening.address().port}`));
