// The same paid request at an Assay node and at Express with x402's official middleware, in turns; and each of them unpaid, which says what
// paying adds. Both ask one facilitator that answers at once over HTTP: there is no chain in these figures. See README.md beside this.
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(path.join(top, "tests/interop/x402/package.json"));
const [rounds, each] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 150)];
const network = "eip155:84532";
const payTo = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const token = { address: "0x036CbD53842c5426634e7929541eC2318f3dCF7e", name: "USDC", version: "2" };
const body = JSON.stringify({ inputs: [{ name: "features", datatype: "FP32", shape: [1, 30], data: Array.from({ length: 30 }, (_, i) => i / 10) }] });

const agents = new Map();

if (process.argv[2] === "express") {
  await express(process.argv[3]);
} else if (process.argv[2] === "facilitator") {
  facilitator();
} else {
  await measure();
}

// Says yes to everything, at once.
function facilitator() {
  const answers = {
    "/supported": () => ({ kinds: [{ x402Version: 2, scheme: "exact", network }, { x402Version: 1, scheme: "exact", network: "base-sepolia" }], extensions: [], signers: {} }),
    "/verify": (payer) => ({ isValid: true, payer }),
    "/settle": (payer, nonce) => ({ success: true, payer, transaction: nonce, network }),
  };
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }

    const authorization = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks)).paymentPayload.payload.authorization;
    const answer = JSON.stringify(answers[request.url](authorization.from, authorization.nonce));
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) }).end(answer);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => console.log(`ready http://127.0.0.1:${server.address().port}`));
}

async function express(url) {
  const { paymentMiddleware, x402ResourceServer } = require("@x402/express");
  const { HTTPFacilitatorClient } = require("@x402/core/server");
  const { ExactEvmScheme } = require("@x402/evm/exact/server");
  const app = require("express")();
  const answer = { model_name: "risk", outputs: [{ name: "probability", datatype: "FP32", shape: [1, 2], data: [0.25, 0.75] }] };
  app.use(require("express").json());
  app.use(paymentMiddleware({
    "POST /paid": { accepts: { scheme: "exact", network, payTo, maxTimeoutSeconds: 300, price: { asset: token.address, amount: "1000", extra: { name: token.name, version: token.version } } }, description: "" },
  }, new x402ResourceServer(new HTTPFacilitatorClient({ url })).register(network, new ExactEvmScheme())));
  app.post("/paid", (_, response) => response.json(answer));
  app.post("/free", (_, response) => response.json(answer));
  const listening = app.listen(0, "127.0.0.1", () => console.log(`ready http://127.0.0.1:${listening.address().port}`));
}

async function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], ...options });
  let address;
  for await (const line of readline.createInterface({ input: child.stdout })) {
    address ??= /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (line.startsWith("ready")) {
      child.stdout.resume();
      return { address, stop: () => child.kill("SIGTERM") };
    }
  }

  throw new Error(`${command} ${args.join(" ")} ended`);
}

function post(address, target, headers = {}) {
  const { hostname, port } = new URL(address);
  const agent = agents.get(address) ?? new http.Agent({ keepAlive: true });
  agents.set(address, agent);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path: target, method: "POST", agent, headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

// Payments are signed before anything is measured.
async function sign(count, address, target) {
  const { ExactEvmScheme } = require("@x402/evm");
  const { privateKeyToAccount } = require("viem/accounts");
  const required = JSON.parse(Buffer.from((await post(address, target)).headers["payment-required"], "base64"));
  const scheme = new ExactEvmScheme(privateKeyToAccount("0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"));
  const headers = [];
  for (let i = 0; i < count; i++) {
    const { payload } = await scheme.createPaymentPayload(2, required.accepts[0]);
    headers.push({ "PAYMENT-SIGNATURE": Buffer.from(JSON.stringify({ x402Version: 2, resource: required.resource, accepted: required.accepts[0], payload })).toString("base64") });
  }

  return headers;
}

async function turn(server, count, connections) {
  const times = [];
  let left = count;
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    while (left-- > 0) {
      const sent = performance.now();
      const { status, body: answer } = await post(server.address, server.target, server.payments?.pop());
      if (status !== 200) {
        throw new Error(`${server.name}: ${status} ${answer.toString().slice(0, 300)}`);
      }

      times.push(performance.now() - sent);
    }
  }));
  return { times, seconds: (performance.now() - began) / 1000 };
}

async function measure() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-bench-pay-"));
  const running = [];
  try {
    const assay = path.join(top, "artifacts/bin/Assay.Cli/release/assay.dll");
    const self = fileURLToPath(import.meta.url);
    const at = (server) => (running.push(server), server);
    const judge = at(await start(process.execPath, [self, "facilitator"]));
    const prices = path.join(folder, "prices.json");
    fs.writeFileSync(prices, JSON.stringify({
      profile: "assay/prices/v1", network, payTo, token: { ...token, decimals: 6, currency: "USD" },
      facilitator: { url: judge.address }, models: { risk: { pay: ["x402"], recommended: "signed", levels: { signed: { perRequest: "0.001" } } } },
    }));
    const nodes = [];
    for (const [name, more] of [["free", []], ["paid", ["--prices", prices]]]) {
      const node = path.join(folder, name);
      await new Promise((resolve, reject) => spawn("dotnet", [assay, "model", "add", path.join(top, "models/risk"), "--folder", node], { stdio: "ignore" }).on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`model add: ${code}`)))));
      nodes.push(at(await start("dotnet", [assay, "serve", "--folder", node, "--url", "http://127.0.0.1:0", "--default-level", "signed", ...more])));
    }

    const official = at(await start(process.execPath, [self, "express", judge.address]));
    const infer = "/v2/models/risk/infer";
    const servers = [
      { name: "Assay, free", address: nodes[0].address, target: infer },
      { name: "Assay, paid", address: nodes[1].address, target: infer },
      { name: "Express, free", address: official.address, target: "/free" },
      { name: "Express, paid", address: official.address, target: "/paid" },
    ];
    console.log(`load ${os.loadavg().map((load) => load.toFixed(1)).join(" ")}, ${os.cpus().length} processors (${os.cpus()[0].model}); ${rounds} rounds of ${each} requests each, in turns`);
    for (const connections of [1, 16]) {
      for (const server of servers.filter(({ name }) => name.endsWith("paid"))) {
        server.payments = await sign((rounds + 1) * each, server.address, server.target);
      }

      const results = new Map(servers.map(({ name }) => [name, { times: [], perSecond: [] }]));
      for (let round = -1; round < rounds; round++) {
        for (const server of servers) {
          const { times, seconds } = await turn(server, each, connections);
          if (round >= 0) {
            results.get(server.name).times.push(...times);
            results.get(server.name).perSecond.push(times.length / seconds);
          }
        }
      }

      for (const [name, { times, perSecond }] of results) {
        const sorted = times.sort((a, b) => a - b);
        const at = (share) => sorted[Math.floor(sorted.length * share)].toFixed(2);
        const middle = perSecond.sort((a, b) => a - b)[Math.floor(perSecond.length / 2)];
        console.log(`${connections} connection${connections === 1 ? "" : "s"}: ${name.padEnd(14)} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${middle.toFixed(0)} requests/s`);
      }
    }

    console.log(`load ${os.loadavg().map((load) => load.toFixed(1)).join(" ")} at the end`);
  } finally {
    for (const server of running) {
      server.stop();
    }

    agents.forEach((agent) => agent.destroy());
    setTimeout(() => fs.rmSync(folder, { recursive: true, force: true }), 2000);
  }
}
