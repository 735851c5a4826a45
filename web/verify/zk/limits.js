// What a key can cost a verifier at most, the batch counted in (spec/proof-system.md, section 5.10).

export const LIMITS = {
  leaves: 2 ** 26, cells: 2 ** 26, tableRows: 2 ** 22, tables: 2 ** 16, views: 2 ** 17, places: 2 ** 25, indexBits: 28, layoutBits: 30,
};
