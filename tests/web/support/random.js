// Seeded randomness and byte mutations: a failing run is the same run again.

import { concat } from '../../../web/verify/bytes.js';

/** Integers from 0 to n - 1 (xorshift32). */
export function randomInts(seed) {
  let state = seed || 1;
  return n => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

const INTERESTING = [0x00, 0x01, 0x17, 0x18, 0x1f, 0x3f, 0x40, 0x58, 0x5f, 0x7f, 0x80, 0x9f, 0xa0, 0xf6, 0xf7, 0xff];

function mutateOnce(bytes, random, donors) {
  const at = random(bytes.length);
  const to = Math.min(bytes.length, at + 1 + random(40));
  switch (random(9)) {
    case 0:
    case 1:
    case 2:
      bytes[at] ^= 1 << random(8);
      return bytes;
    case 3:
      bytes[at] = INTERESTING[random(INTERESTING.length)];
      return bytes;
    case 4:
      return bytes.slice(0, Math.max(1, at));
    case 5:
      return concat(bytes.subarray(0, at), Uint8Array.of(random(256)), bytes.subarray(at));
    case 6:
      return bytes.length > to - at ? concat(bytes.subarray(0, at), bytes.subarray(to)) : bytes;
    case 7:
      bytes.copyWithin(random(bytes.length), at, to);
      return bytes;
    default: {
      // Parts of another valid input of much the same layout, at the same place.
      const donor = donors[random(donors.length)];
      bytes.set(donor.subarray(at, to).subarray(0, bytes.length - at), at);
      return bytes;
    }
  }
}

/** A copy with one to three mutations. */
export function mutate(bytes, random, donors) {
  let mutant = bytes.slice();
  for (let left = 1 + random(3); left > 0; left--) mutant = mutateOnce(mutant, random, donors);
  return mutant;
}

/** Twenty times the number in a deep run; else a quarter of it where that is still a thousand. */
export const runs = count => (process.env.ASSAY_DEEP === '1' ? 20 * count : Math.max(Math.min(count, 1000), Math.floor(count / 4)));
