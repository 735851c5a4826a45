#!/usr/bin/env node
// node web/verify/cli.mjs BUNDLE [options]: checks a receipt offline. It reads the files that are named, and nothing else.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeUtf8 } from './bytes.js';
import { InputError, loadModel, looksSaved, programReplayer, readSaved, verify } from './index.js';
import { renderText } from './text.js';

const USAGE = `usage: node cli.mjs BUNDLE [--trust FILE | --first-use] [--model NAME] [--request FILE] [--response FILE]
                         [--require LEVEL] [--policy FILE] [--asked-policy FILE] [--program FILE --weights FILE]
                         [--chain-facts FILE] [--confirmations N] [--at TIME] [--checks] [--json]

  --trust FILE      trust file: which node and log count
  --first-use       no trust file: take the keys as they come, and print them
  --model NAME      the model that you called, by name or id
  --request FILE    the request body that you sent
  --response FILE   the response body that you received, or a stream that you saved (curl -N)
  --require LEVEL   signed, replay, tee, zk, joined by '+'; default: what was asked for
  --policy FILE     a policy that must be met (JSON); with --require, both must
  --asked-policy FILE  the policy that you sent: a receipt for another one is refused
  --program FILE    with --weights: run the model again here and compare the bytes
  --chain-facts FILE  what somebody says of chains: look up there whether a payment was settled (assay payment facts writes it)
  --confirmations N   how deep a settlement must lie there; default 1
  --at TIME         judge as of this time (RFC 3339), and say so; default: this machine's clock
  --checks          list every check, not only those that failed
  --json            one JSON object instead of words

exit codes: 0 met, 1 untrusted, 2 policy not met, 3 cannot evaluate, 4 usage
`;
const CANNOT_EVALUATE = 3;
const WRONG_USAGE = 4;

/** What ends the program before there is a verdict. */
class Failure extends Error {
  constructor(exitCode, code, message) {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}

function readArguments() {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        trust: text, model: text, request: text, response: text, require: text, policy: text, 'asked-policy': text, program: text, weights: text, at: text, 'chain-facts': text, confirmations: text,
        'first-use': flag, checks: flag, json: flag, help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new Failure(WRONG_USAGE, 'usage', error.message);
  }
  const { values, positionals } = parsed;
  if (values.help) return values;
  if (positionals.length !== 1) throw new Failure(WRONG_USAGE, 'usage', 'Name one receipt file.');
  if ((values.program === undefined) !== (values.weights === undefined)) {
    throw new Failure(WRONG_USAGE, 'usage', '--program and --weights go together.');
  }
  if (!/^[1-9][0-9]{0,17}$/.test(values.confirmations ?? '1')) throw new Failure(WRONG_USAGE, 'usage', '--confirmations takes a number from 1 on.');
  return { ...values, bundle: positionals[0], now: readTime(values.at) };
}

/** Unix milliseconds of an RFC 3339 time. */
function readTime(text) {
  if (text === undefined) return Date.now();
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new Failure(WRONG_USAGE, 'usage', `'${text}' isn't a time, for example 2026-11-21T12:00:00Z.`);
  return time;
}

function read(path) {
  if (path === undefined) return undefined;
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new Failure(CANNOT_EVALUATE, 'file/unreadable', `${path} can't be read (${error.code}).`);
  }
}

function readAnswer(path) {
  const bytes = read(path);
  if (bytes === undefined || !looksSaved(bytes)) return bytes;
  const { value, error } = readSaved(bytes);
  if (error !== null) throw new Failure(CANNOT_EVALUATE, 'chat/unreadable', `${path} isn't a saved stream: ${error}.`);
  return value;
}

function readTrust(path) {
  if (path === undefined) return null;
  const text = decodeUtf8(read(path));
  if (text === null) throw new Failure(CANNOT_EVALUATE, 'trust/utf8', `The trust file ${path} isn't UTF-8.`);
  return text;
}

function openReplayer({ program, weights }) {
  if (program === undefined) return undefined;
  const { value: model, error } = loadModel(read(program), read(weights));
  if (error !== null) throw new Failure(CANNOT_EVALUATE, error, `${program} and ${weights} aren't a fixed-point/v1 program with its weights.`);
  return programReplayer(model);
}

async function judge(options) {
  const input = {
    bundle: read(options.bundle),
    trust: readTrust(options.trust),
    firstUse: options['first-use'],
    now: options.now,
    nowIsGiven: options.at !== undefined,
    require: options.require,
    policy: read(options.policy),
    askedPolicy: read(options['asked-policy']),
    model: options.model,
    request: read(options.request),
    response: readAnswer(options.response),
    replayer: openReplayer(options),
    chainFacts: read(options['chain-facts']),
    confirmations: BigInt(options.confirmations ?? 1),
  };
  try {
    return await verify(input);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.code.startsWith('policy/')) throw new Failure(WRONG_USAGE, error.code, `The policy can't be read${error.path ? ` at ${error.path}` : ''}.`);
    if (error.code === 'chain/facts') throw new Failure(CANNOT_EVALUATE, error.code, `${options['chain-facts']} isn't a file of chain facts; its form is in spec/payment.md.`);
    throw error.code.startsWith('level/')
      ? new Failure(WRONG_USAGE, error.code, `'${options.require}' isn't a verification level: signed, replay, tee, zk, joined by '+'.`)
      : new Failure(CANNOT_EVALUATE, error.code, `The trust file ${options.trust} can't be read (line ${error.line}); its syntax is in spec/trust.md.`);
  }
}

async function main() {
  try {
    const options = readArguments();
    if (options.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const verdict = await judge(options);
    process.stdout.write(options.json ? `${JSON.stringify(verdict, null, 2)}\n` : renderText(verdict, options.checks));
    return verdict.exitCode;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { exitCode, code, message } = failure;
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: code, message, exit: exitCode }, null, 2)}\n`);
    else process.stderr.write(`${message} [${code}]\n${exitCode === WRONG_USAGE ? `\n${USAGE}` : ''}`);
    return exitCode;
  }
}

process.exitCode = await main();
