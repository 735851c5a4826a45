// Policies as trees whose objects are lists of members, so that a member can stand twice and anywhere.

export const SEEDS = [
  '{"profile":"assay/policy/v1","level":"replay","require":[{"question":"altered","by":["signature"]},{"question":"logged","by":["log"]},{"question":"model","by":["replay"]},{"question":"computed-right","by":["replay"]}],"release":"provisional"}',
  `{"require":[{"question":"computed-right","by":["zk","replay"],"minSoundnessBits":100,"peers":["${'0'.repeat(64)}","${'1'.repeat(64)}"],"atLeast":1},{"question":"logged","witnesses":2,"within":"10s"}],"release":"after-evidence","deadline":"30s","maxPrice":{"amount":"0.01","currency":"USD"}}`,
  '{"require":[{"question":"model","accept":"asserted"},{"question":"operator-read"},{"question":"paid"},{"question":"computed-right","by":["replay"]}],"release":"provisional","deadline":"1h"}',
];
export const VALUES = ['null', 'true', '0', '1', '17', '64', '257', '1.0', '1e1', '-1', '"1"', '""', '"1s"', '"0s"', '"31d"', '"720h"', '"1000ms"', '"asserted"', '"zk"', '"replay"', '"operator"', '"log"',
  '"model"', '"logged"', '"paid"', '"__proto__"', '"constructor"', '"signed"', '"replay+zk"', '[]', '{}', '["replay"]', '["operator"]', `["${'0'.repeat(64)}"]`, '"\\u006dodel"', '"\\ud800"', '"\u2028"'];
export const NAMES = ['profile', 'level', 'require', 'release', 'deadline', 'maxPrice', 'question', 'by', 'accept', 'minSoundnessBits', 'peers', 'atLeast', 'witnesses', 'within', 'amount', 'currency',
  '__proto__', 'constructor', 'toString', 'x'];

/** A document as text, where each object is a list of members: so that they can stand twice and in any order. */
export const write = value => (Array.isArray(value) ? `[${value.map(write)}]`
  : value?.members ? `{${value.members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`)}}` : value);
export const parse = value => (Array.isArray(value) ? value.map(parse)
  : typeof value === 'object' ? { members: Object.entries(value).map(([name, member]) => [name, parse(member)]) } : JSON.stringify(value));
export const lists = value => (Array.isArray(value) ? [value, ...value.flatMap(lists)] : value?.members ? [value.members, ...value.members.flatMap(([, member]) => lists(member))] : []);
export const reorder = (list, random) => list.sort(() => random(3) - 1);

/** One thing changed: a member or an element doubled, moved, dropped, replaced, renamed or added. */
function change(document, random) {
  const all = lists(document);
  const list = all[random(all.length)];
  const at = random(Math.max(1, list.length));
  const isMember = Array.isArray(list[at]) && typeof list[at][0] === 'string' && list[at].length === 2 && NAMES.includes(list[at][0]);
  switch (random(6)) {
    case 0:
      if (list.length > 0) list.splice(random(list.length), 0, list[at]);
      return;
    case 1:
      reorder(list, random);
      return;
    case 2:
      list.splice(at, 1);
      return;
    case 3:
      if (isMember) list[at] = [list[at][0], VALUES[random(VALUES.length)]];
      else if (list.length > 0) list[at] = VALUES[random(VALUES.length)];
      return;
    case 4:
      if (isMember) list[at] = [NAMES[random(NAMES.length)], list[at][1]];
      return;
    default:
      if (isMember) list.push([NAMES[random(NAMES.length)], VALUES[random(VALUES.length)]]);
  }
}

/** Mutated policies, always the same ones. */
export function* mutants(count, random) {
  for (let left = count; left > 0; left--) {
    const document = parse(JSON.parse(SEEDS[left % SEEDS.length]));
    for (let changes = 1 + random(3); changes > 0; changes--) change(document, random);
    yield write(document);
  }
}
