// COSE_Sign1 (RFC 9052, section 4.2), untagged, in the one profile that receipts use (spec/receipt.md).
import { Malformed, attempt, concat, encodeUtf8, equal } from './bytes.js';
import { CborReader, head } from './cbor.js';
import { thumbprint, verifyEs256 } from './p256.js';

const ES256 = -7n;
const SIGNATURE1 = encodeUtf8('Signature1');

/** Reads the structure only. Its header says nothing before the signature is checked. */
export function decodeSign1(bytes) {
  return attempt(() => {
    const reader = new CborReader(bytes);
    reader.array(4);
    const header = reader.bytes();
    if (reader.map() !== 0) throw new Malformed('cose/header');
    const payload = reader.bytes();
    const signature = reader.bytes();
    reader.end();
    if (signature.length !== 64) throw new Malformed('cose/signature-length');
    return { header, payload, signature };
  });
}

/** Null if the message has exactly the profile's header and the key signed it; else the first code that applies. */
export async function verifySign1(message, key) {
  const { error } = attempt(() => {
    const reader = new CborReader(message.header);
    if (reader.map() !== 2 || !reader.tryKey(1)) throw new Malformed('cose/header');
    if (reader.major > 1 || reader.int() !== ES256) throw new Malformed('cose/algorithm');
    if (!reader.tryKey(4)) throw new Malformed('cose/header');
    const kid = reader.bytes();
    reader.end();
    if (!equal(kid, thumbprint(key))) throw new Malformed('cose/kid');
  });
  return error ?? verifyEs256(key, signedBytes(message), message.signature);
}

/** Sig_structure (RFC 9052, 4.4), external_aad empty. */
function signedBytes({ header, payload }) {
  return concat(
    Uint8Array.of(0x84, 0x60 + SIGNATURE1.length), SIGNATURE1,
    head(2, header.length), header, Uint8Array.of(0x40), head(2, payload.length), payload);
}
