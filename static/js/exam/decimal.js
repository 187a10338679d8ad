/* Sums as people write them, worked out exactly: fractions of whole numbers, never floating point. */
const LONGEST = 200;
const PLACES = 12;
const SIGNS = { '×': '*', '·': '*', '÷': '/', '−': '-', '–': '-', '%': '%' };

export class BadSum extends Error {}

const fraction = (top, bottom = 1n) => (bottom < 0n ? { top: -top, bottom: -bottom } : { top, bottom });
const operations = {
  '+': (a, b) => fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom),
  '-': (a, b) => fraction(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom),
  '*': (a, b) => fraction(a.top * b.top, a.bottom * b.bottom),
  '/': (a, b) => {
    if (b.top === 0n) throw new BadSum('zero');
    return fraction(a.top * b.bottom, a.bottom * b.top);
  },
};

/* Work out a sum: {text, isExact}. Throws BadSum with 'zero', 'long' or 'wrong'. */
export function evaluate(sum) {
  if (sum.length > LONGEST) throw new BadSum('long');
  const tokens = read(sum);
  const { value, rest } = terms(tokens, 0);
  if (rest !== tokens.length) throw new BadSum('wrong');
  return shown(value);
}

function read(sum) {
  const plain = [...sum.normalize('NFKC')].map((sign) => SIGNS[sign] ?? sign).join('').replace(/[\s']/g, '');
  const tokens = plain.match(/\d[\d,]*(?:\.\d*)?|\.\d+|[-+*/()%]/g) ?? [];
  if (!tokens.length || tokens.join('') !== plain) throw new BadSum('wrong');
  return tokens.map((token) => (/\d/.test(token) ? number(token) : token));
}

/* Commas stand between thousands or nowhere: 1,5 is not taken for 15. */
function number(token) {
  const [whole, places = ''] = token.split('.');
  if (whole.includes(',') && !/^\d{1,3}(,\d{3})+$/.test(whole)) throw new BadSum('wrong');
  return fraction(BigInt(whole.replaceAll(',', '') + places), 10n ** BigInt(places.length));
}

function chain(part, signs) {
  return (tokens, start) => {
    let { value, rest } = part(tokens, start);
    while (signs.includes(tokens[rest])) {
      const next = part(tokens, rest + 1);
      value = operations[tokens[rest]](value, next.value);
      rest = next.rest;
    }
    return { value, rest };
  };
}

const factors = chain(signed, '*/');
const terms = chain(factors, '+-');

function signed(tokens, start) {
  if (tokens[start] !== '-' && tokens[start] !== '+') return percent(tokens, start);
  const { value, rest } = signed(tokens, start + 1);
  return { value: tokens[start] === '-' ? fraction(-value.top, value.bottom) : value, rest };
}

function percent(tokens, start) {
  let { value, rest } = single(tokens, start);
  for (; tokens[rest] === '%'; rest += 1) value = fraction(value.top, value.bottom * 100n);
  return { value, rest };
}

function single(tokens, start) {
  const token = tokens[start];
  if (token === '(') {
    const { value, rest } = terms(tokens, start + 1);
    if (tokens[rest] !== ')') throw new BadSum('wrong');
    return { value, rest: rest + 1 };
  }
  if (typeof token !== 'object') throw new BadSum('wrong');
  return { value: token, rest: start + 1 };
}

/* At most twelve places, half away from zero, without idle zeros. */
function shown({ top, bottom }) {
  const scale = 10n ** BigInt(PLACES);
  const size = top < 0n ? -top : top;
  const units = (2n * size * scale + bottom) / (2n * bottom);
  const digits = String(units).padStart(PLACES + 1, '0');
  const whole = digits.slice(0, -PLACES).replace(/\B(?=(\d{3})+$)/g, ',');
  const places = digits.slice(-PLACES).replace(/0+$/, '');
  const sign = top < 0n && units > 0n ? '-' : '';
  return { text: `${sign}${whole}${places && `.${places}`}`, isExact: (size * scale) % bottom === 0n };
}
