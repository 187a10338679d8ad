/* JSON read strictly (a key that occurs twice is refused) and written canonically (RFC 8785). */
const DEEPEST = 40;
const LARGEST = 256 * 1024;
const TOKEN = /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const NAMED = { true: true, false: false, null: null };

export class BadJson extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export function parse(source) {
  if (source.length > LARGEST) throw new BadJson('json-large');
  const tokens = new Tokens(source);
  const value = read(tokens, tokens.next(), 0);
  if (source.slice(tokens.at).trim()) throw new BadJson('json-malformed');
  return value;
}

class Tokens {
  constructor(source) {
    this.source = source;
    this.at = 0;
  }

  next() {
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.source);
    if (!found) throw new BadJson('json-malformed');
    this.at = TOKEN.lastIndex;
    return found;
  }
}

function read(tokens, [, mark, string, number, word], depth) {
  if (depth > DEEPEST) throw new BadJson('json-deep');
  if (string) return JSON.parse(string);
  if (number) return Number(number);
  if (word) return NAMED[word];
  if (mark === '[') return readArray(tokens, depth);
  if (mark === '{') return readObject(tokens, depth);
  throw new BadJson('json-malformed');
}

function readArray(tokens, depth) {
  const found = [];
  let token = tokens.next();
  if (token[1] === ']') return found;
  for (;;) {
    found.push(read(tokens, token, depth + 1));
    const [, mark] = tokens.next();
    if (mark === ']') return found;
    if (mark !== ',') throw new BadJson('json-malformed');
    token = tokens.next();
  }
}

function readObject(tokens, depth) {
  const found = new Map();
  let token = tokens.next();
  if (token[1] === '}') return {};
  for (;;) {
    if (!token[2] || tokens.next()[1] !== ':') throw new BadJson('json-malformed');
    const name = JSON.parse(token[2]);
    if (found.has(name)) throw new BadJson('json-duplicate');
    found.set(name, read(tokens, tokens.next(), depth + 1));
    const [, mark] = tokens.next();
    if (mark === '}') break;
    if (mark !== ',') throw new BadJson('json-malformed');
    token = tokens.next();
  }
  /* a null prototype: `__proto__` is a name like any other */
  return Object.assign(Object.create(null), Object.fromEntries(found));
}

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object') {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
  }
  if (typeof value === 'string' && !value.isWellFormed()) throw new BadJson('json-malformed');
  return JSON.stringify(value);
}
