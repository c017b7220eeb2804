import { distance as distanceBetween } from 'fastest-levenshtein';

/** Names longer than this are not compared: the cost grows with the square of the length. */
const MAX_COMPARED = 120;

/** The candidate most like `name` when it is close enough to be a slip of the hand: at most a third of its letters, rounded up, differ. */
export function nearMatch(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_COMPARED) return undefined;
  const meant = name.toLowerCase();
  let best: string | undefined;
  let least = Math.ceil(name.length / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > least || candidate.length > MAX_COMPARED) continue;
    const distance = distanceBetween(meant, candidate.toLowerCase());
    if (distance < least || (distance === least && best !== undefined && candidate < best)) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const match = nearMatch(name, candidates);
  return match === undefined ? '' : ` Did you mean "${match}"?`;
}

/** Names of one answer for which it is looked for what was meant: that takes milliseconds among 10,000 others. */
export const MAX_SUGGESTIONS = 10;

/** `didYouMean` for an answer of many problems: each name once, and for the first of them only. */
export function suggestions(): typeof didYouMean {
  const known = new Map<string, string>();
  return (name, candidates) => {
    if (!known.has(name) && known.size < MAX_SUGGESTIONS) known.set(name, didYouMean(name, candidates));
    return known.get(name) ?? '';
  };
}
