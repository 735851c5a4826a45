// Streams as they were saved (curl -N): their transcripts (spec/chat.md, "Saved streams").
import { decodeUtf8 } from './bytes.js';
import { parseObject } from './chat-json.js';

const [TAB, LF, CR, SPACE, COLON] = [0x09, 0x0a, 0x0d, 0x20, 0x3a];
const MAX_ANSWER = 64 << 20;
const MAX_EVENT = 4 << 20;
const BEGINNINGS = [':', 'data:', 'event:', 'id:', 'retry:', 'HTTP/'];
const SILENT = ['', 'event', 'id', 'retry'];
const SILENT_FIELD = /^(:|id:|retry:)/;
// Some clients end lines at these too.
const CONTROLS = /[\x00-\x08\x0a-\x1f\x85\u2028\u2029]/;

const ascii = text => Uint8Array.from(text, c => c.charCodeAt(0));
const PREFIXES = Object.fromEntries([...BEGINNINGS, 'data: [DONE]', '[DONE]', '{"error":'].map(text => [text, ascii(text)]));
const starts = (bytes, text) => PREFIXES[text].every((c, i) => bytes[i] === c);
const is = (bytes, text) => bytes.length === text.length && starts(bytes, text);

function trimmedStart(bytes, characters) {
  let start = 0;
  while (start < bytes.length && characters.includes(bytes[start])) start++;
  return bytes.subarray(start);
}

const hasMark = bytes => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
const valueOf = field => (field[0] === SPACE ? field.subarray(1) : field);

/** Lines ended by LF or CR LF. The standard also has CR alone, which nobody writes and many clients don't know; at the very end it may be half of a CR LF. */
class Lines {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isAtEnd() {
    return this.at >= this.bytes.length;
  }

  next() {
    const { bytes, at } = this;
    const found = bytes.indexOf(LF, at);
    const end = found < 0 ? bytes.length : found;
    this.at = end + 1;
    const hasReturn = end > at && bytes[end - 1] === CR;
    this.isWhole = found >= 0 || hasReturn;
    return bytes.subarray(at, hasReturn ? end - 1 : end);
  }
}

/** Whether bytes look like a saved stream, and neither like a body nor like a transcript, which begin with a brace. */
export function looksSaved(bytes) {
  const text = trimmedStart(hasMark(bytes) ? bytes.subarray(3) : bytes, [SPACE, TAB, CR, LF]);
  return BEGINNINGS.some(beginning => starts(text, beginning));
}

/** The transcript of a saved stream: `{ value, error }`, error in words without a full stop. An event that was cut short is left out. */
export function readSaved(bytes) {
  if (bytes.length > 2 * MAX_ANSWER) return { value: null, error: 'it is longer than 128 MiB' };
  const transcript = new Transcript();
  const error = readLines(bytes, transcript);
  return error === null ? { value: transcript.bytes, error } : { value: null, error };
}

function readLines(bytes, transcript) {
  if (hasMark(bytes)) return 'it begins with a byte order mark, which some clients take for a part of its first line';
  if (starts(trimmedStart(bytes, [SPACE, TAB, CR, LF]), 'HTTP/')) {
    return "it begins with the head of an HTTP answer, whose lines a client would read as the stream's: save the body alone, without curl's -i";
  }
  const lines = new Lines(bytes);
  let data = null;
  while (!lines.isAtEnd) {
    const line = lines.next();
    if (line.includes(CR)) return 'a line ends with CR alone, which clients read in different ways';
    // A line that was cut short says nothing, as its event doesn't; but behind the end some clients would still show it.
    if (!lines.isWhole && transcript.end === null && !(data !== null && is(data, '[DONE]')) && !is(line, 'data: [DONE]')) break;
    const error = refusal(line);
    if (error !== null) return error;
    if (starts(line, 'data:')) {
      if (data !== null) return 'an event has data of several lines';
      if (transcript.end !== null) return `an event follows ${transcript.end}`;
      data = valueOf(line.subarray(5));
    } else if (line.length === 0 && data !== null) {
      const wrong = transcript.add(data);
      if (wrong !== null) return wrong;
      data = null;
    }
  }
  // Whoever saved it may have lost the last empty lines.
  return data !== null && is(data, '[DONE]') ? transcript.add(data) : null;
}

/** Clients hand events of other types to other listeners, or to none; some end lines at other characters too, and would find fields inside of comments. */
function refusal(line) {
  const text = decodeUtf8(line);
  if (text === null) return "a line isn't UTF-8";
  if (starts(line, 'data:')) return null;
  if (CONTROLS.test(text)) return "a control character or line separator stands beside the events' data";
  if (text.startsWith('event:')) return ['event:', 'event: ', 'event:message', 'event: message'].includes(text) ? null : "an event is of another type than 'message'";
  return SILENT.includes(text) || SILENT_FIELD.test(text) ? null : 'there is text that is no line of an event stream';
}

/** The data of each event and a line feed after it. */
class Transcript {
  #buffer = new Uint8Array(1 << 12);
  #length = 0;
  /** What ended it; null: nothing did. */
  end = null;

  get bytes() {
    return this.#buffer.subarray(0, this.#length);
  }

  add(data) {
    if (data.length > MAX_EVENT || this.#length + data.length > MAX_ANSWER) return 'an event, or the stream, is too long';
    if (is(data, '[DONE]')) this.end = '[DONE]';
    else if (starts(data, '{"error":') && parseObject(data, MAX_EVENT) !== null) this.end = 'the error that ends the stream';
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
