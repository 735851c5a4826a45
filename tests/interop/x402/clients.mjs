// x402's official clients, as they are, pay a server. Input: one line, {url, rpc, cases}; output: one line for each case. A case:
// {name, client: "fetch" | "axios" | "openai", key, path, body, version?: 1, pick?: {scheme?, method?, level?, amount?}, select?: true,
// repeat?: true}. "pick" is a policy, or with "select" the selector; without it the client takes what it takes.
import readline from "node:readline";
import axios from "axios";
import OpenAI from "openai";
import { privateKeyToAccount } from "viem/accounts";
import * as forAxios from "@x402/axios";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { ExactEvmSchemeV1 } from "@x402/evm/v1";
import * as forFetch from "@x402/fetch";

const network = "eip155:84532";
const { url, rpc, cases } = JSON.parse(await new Promise((resolve) => readline.createInterface({ input: process.stdin }).once("line", resolve)));

function suits(offer, pick) {
  const extra = offer.extra ?? {};
  return (pick.scheme ?? "exact") === offer.scheme
    && (pick.method ?? "eip3009") === (extra.assetTransferMethod ?? "eip3009")
    && (pick.level === undefined || extra.level === pick.level)
    && (pick.amount === undefined || (offer.amount ?? offer.maxAmountRequired) === pick.amount);
}

function clientOf(packages, { key, version, pick, select }) {
  const account = privateKeyToAccount(key);
  const client = new packages.x402Client(pick && select ? (_, offers) => offers.find((offer) => suits(offer, pick)) : undefined);
  if (version === 1) {
    client.registerV1("base-sepolia", new ExactEvmSchemeV1(account));
  } else {
    client.register(network, new ExactEvmScheme(account, { rpcUrl: rpc })).register(network, new UptoEvmScheme(account, { rpcUrl: rpc }));
  }

  return pick && !select ? client.registerPolicy((_, offers) => offers.filter((offer) => suits(offer, pick))) : client;
}

// Where version 1 is to be shown, the 402 of version 2 is kept from the client, which reads that first.
function plainFetch(version) {
  return version !== 1 ? fetch : async (...request) => {
    const response = await fetch(...request);
    const headers = new Headers(response.headers);
    headers.delete("PAYMENT-REQUIRED");
    return new Response(response.body, { status: response.status, headers });
  };
}

async function send(given) {
  const { client, path, body } = given;
  if (client === "axios") {
    const api = forAxios.wrapAxiosWithPayment(axios.create({ baseURL: url, responseType: "arraybuffer", transformRequest: [(data) => data] }), clientOf(forAxios, given));
    const response = await api.post(path, body, { headers: { "content-type": "application/json" } });
    return { status: response.status, headers: (name) => response.headers[name], bytes: Buffer.from(response.data) };
  }

  const paying = forFetch.wrapFetchWithPayment(plainFetch(given.version), clientOf(forFetch, given));
  if (client === "openai") {
    // The SDK's own way to call what it has no method for. It wants a key, and this server has no use for one.
    let sent;
    const recorded = (input, init) => paying(input, { ...init, body: (sent = init.body) });
    const openai = new OpenAI({ apiKey: "none", baseURL: url, fetch: recorded, defaultHeaders: { Authorization: null } });
    const response = await openai.post(path, { body: JSON.parse(body) }).asResponse();
    return { status: response.status, headers: (name) => response.headers.get(name), bytes: Buffer.from(await response.arrayBuffer()), sent };
  }

  const response = await paying(url + path, { method: "POST", body, headers: { "content-type": "application/json" } });
  return { status: response.status, headers: (name) => response.headers.get(name), bytes: Buffer.from(await response.arrayBuffer()) };
}

for (const given of cases) {
  let line;
  try {
    const { status, headers, bytes, sent } = await send(given);
    const settled = headers("payment-response") ?? headers("x-payment-response");
    line = {
      status,
      receipt: headers("assay-receipt"),
      secret: headers("assay-receipt-secret"),
      settled: settled ? JSON.parse(Buffer.from(settled, "base64").toString()) : undefined,
      request: Buffer.from(sent ?? given.body).toString("base64"),
      response: bytes.toString("base64"),
    };
  } catch (error) {
    line = { error: `${error?.stack ?? error}` };
  }

  console.log(JSON.stringify({ name: given.name, ...line }));
}
