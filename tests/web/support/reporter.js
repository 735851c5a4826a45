// What a run says: each file that has failures with what went wrong there, and one line of counts at the end.

/** The error's own words; for an assertion, what was expected too. */
function detailsOf({ details }) {
  const error = details?.error;
  const cause = error?.cause ?? error;
  const lines = String(cause?.stack ?? cause?.message ?? cause ?? 'no reason was given').split('\n');
  return lines.filter(line => !/\(?node:internal\//.test(line)).map(line => `    ${line}`).join('\n');
}

export default async function* (source) {
  const counts = {};
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message;
    } else if (type === 'test:fail' && data.details?.error?.failureType !== 'subtestsFailed') {
      yield `  Failed JavaScript: ${data.name} [${Math.round(data.details?.duration_ms ?? 0)} ms]\n  Error Message:\n${detailsOf(data)}\n  Stack Trace:\n     in ${data.file ?? '?'}:line ${data.line ?? 0}\n\n`;
    } else if (type === 'test:diagnostic' && data.nesting === 0) {
      const [, name, value] = /^(\w+) ([\d.]+)$/.exec(data.message) ?? [];
      if (name) counts[name] = Number(value);
    }
  }
  const { pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0, tests = 0, duration_ms: time = 0 } = counts;
  const failed = fail + cancelled;
  yield `${failed > 0 ? 'Failed! ' : 'Passed! '} - Failed: ${failed}, Passed: ${pass}, Skipped: ${skipped + todo}, Total: ${tests}, Duration: ${Math.round(time / 1000)} s - tests/web (JavaScript)\n`;
}
