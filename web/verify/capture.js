// Streams as they were saved (curl -N): their transcripts (spec/chat.md, "Saved streams").
import { decodeUtf8 } from './bytes.js';
import { parseObject } from './chat-json.js';

const [TAB, LF, CR, SPACE, COLON, SEMICOLON] = [0x09, 0x0a, 0x0d, 0x20, 0x3a, 0x3b];
const MAX_ANSWER = 64 << 20;
const MAX_EVENT = 4 << 20;
const BEGINNINGS = [':', 'data:', 'event:', 'id:', 'retry:', 'HTTP/'];
const SILENT = ['', 'event', 'id', 'retry'];

const ascii = text => Uint8Array.from(text, c => c.charCodeAt(0));
const PREFIXES = Object.fromEntries([...BEGINNINGS, 'data: [DONE]', '[DONE]', '{"error":', '1', '200'].map(text => [text, ascii(text)]));
const starts = (bytes, text) => PREFIXES[text].every((c, i) => bytes[i] === c);
const is = (bytes, text) => bytes.length === text.length && starts(bytes, text);

function trimmed(bytes, characters) {
  let [start, end] = [0, bytes.length];
  while (start < end && characters.includes(bytes[start])) start++;
  while (end > start && characters.includes(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}

function trimmedStart(bytes, characters) {
  let start = 0;
  while (start < bytes.length && characters.includes(bytes[start])) start++;
  return bytes.subarray(start);
}

const withoutMark = bytes => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes);
const valueOf = field => (field[0] === SPACE ? field.subarray(1) : field);
const lower = bytes => (bytes.length > 64 ? '' : String.fromCharCode(...bytes).replace(/[A-Z]/g, c => c.toLowerCase()));

/** Lines ended by LF, CR LF or CR. */
class Lines {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isAtEnd() {
    return this.at >= this.bytes.length;
  }

  get rest() {
    return this.bytes.subarray(this.at);
  }

  next() {
    const { bytes, at } = this;
    let end = at;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
    this.isWhole = end < bytes.length;
    this.at = end + (this.isWhole ? bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1 : 0);
    return bytes.subarray(at, end);
  }
}

/** Whether bytes look like a saved stream, and neither like a body nor like a transcript, which begin with a brace. */
export function looksSaved(bytes) {
  const text = trimmedStart(withoutMark(bytes), [SPACE, TAB, CR, LF]);
  return BEGINNINGS.some(beginning => starts(text, beginning));
}

/** The transcript of a saved stream: `{ value, error }`, error in words without a full stop. An event that was cut short is left out. */
export function readSaved(bytes) {
  if (bytes.length > 2 * MAX_ANSWER) return { value: null, error: 'it is longer than 128 MiB' };
  const transcript = new Transcript();
  const error = readLines(new Lines(withoutMark(bytes)), transcript);
  return error === null ? { value: transcript.bytes, error } : { value: null, error };
}

function readLines(lines, transcript) {
  const problem = skipHeaders(lines);
  if (problem !== null) return problem;
  let data = null;
  while (!lines.isAtEnd) {
    const line = lines.next();
    if (!lines.isWhole && !is(line, 'data: [DONE]')) break;
    if (starts(line, 'data:')) {
      if (data !== null) return 'an event has data of several lines';
      data = valueOf(line.subarray(5));
    } else if (line[0] !== COLON) {
      const error = refusal(line) ?? (line.length === 0 && data !== null ? transcript.add(data) : null);
      if (error !== null) return error;
      if (line.length === 0) data = null;
    }
  }
  // Whoever saved it may have lost the last empty lines.
  return data !== null && is(data, '[DONE]') ? transcript.add(data) : null;
}

/** Clients hand events of other types to other listeners, or to none. */
function refusal(line) {
  if (starts(line, 'event:')) return ['', 'message'].includes(decodeUtf8(valueOf(line.subarray(6)))) ? null : "an event is of another type than 'message'";
  const isSilent = starts(line, 'id:') || starts(line, 'retry:') || (line.length <= 5 && SILENT.includes(decodeUtf8(line)));
  return isSilent ? null : 'there is text that is no line of an event stream';
}

/** An answer's head as curl -i writes it, interim answers before it. */
function skipHeaders(lines) {
  const text = trimmedStart(lines.bytes, [CR, LF]);
  if (!starts(text, 'HTTP/')) return null;
  lines.at = lines.bytes.length - text.length;
  let isInterim = true;
  while (isInterim && starts(lines.rest, 'HTTP/')) {
    const status = lines.next();
    const space = status.indexOf(SPACE);
    const number = space < 0 ? new Uint8Array() : status.subarray(space + 1);
    isInterim = starts(number, '1');
    if (!isInterim && !starts(number, '200')) return "its status isn't 200";
    for (;;) {
      const line = lines.next();
      if (!lines.isWhole) return "its headers don't end";
      if (line.length === 0) break;
      const error = headerError(line);
      if (error !== null) return error;
    }
  }
  return isInterim ? 'its headers have no status' : null;
}

function headerError(line) {
  const colon = line.indexOf(COLON);
  if (colon <= 0) return 'a line in front of it is no header';
  if (lower(line.subarray(0, colon)) !== 'content-type') return null;
  const value = trimmed(line.subarray(colon + 1), [SPACE, TAB]);
  const end = value.indexOf(SEMICOLON);
  return lower(trimmed(end < 0 ? value : value.subarray(0, end), [SPACE, TAB])) === 'text/event-stream' ? null : "its headers say that it isn't text/event-stream";
}

/** The data of each event and a line feed after it. */
class Transcript {
  #buffer = new Uint8Array(1 << 12);
  #length = 0;
  #end = null;

  get bytes() {
    return this.#buffer.subarray(0, this.#length);
  }

  add(data) {
    if (this.#end !== null) return `an event follows ${this.#end}`;
    if (data.length > MAX_EVENT || this.#length + data.length > MAX_ANSWER) return 'an event, or the stream, is too long';
    if (is(data, '[DONE]')) this.#end = '[DONE]';
    else if (starts(data, '{"error":') && parseObject(data, MAX_EVENT) !== null) this.#end = 'the error that ends the stream';
    const needed = this.#length + data.length + 1;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(data, this.#length);
    this.#buffer[needed - 1] = LF;
    this.#length = needed;
    return null;
  }
}
