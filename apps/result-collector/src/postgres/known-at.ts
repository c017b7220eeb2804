/** Of a row `o` of outcomes, joined with its withdrawal `d`, in SQL. With a time, as it was known at `:asOfUs`. */
export interface OutcomeConditions {
  readonly known: string | null;
  readonly withdrawn: string;
  /** A later run, or a higher generation, of the same window and algorithm. What was only tried never counts. */
  readonly replaced: string;
  readonly windowWithdrawn: string;
  /** Its revision may have become the last one after the outcome. */
  readonly finalLater: string;
}

const same = (alias: string): string =>
  `${alias}.slot = o.slot AND ${alias}.window_id = o.window_id AND ${alias}.start_us = o.start_us`;
const sameGeneration = (alias: string): string => `${same(alias)} AND ${alias}.generation = o.generation`;

const replaced = (known: string): string => `EXISTS (SELECT 1 FROM outcomes n
  WHERE ${same('n')} AND n.algorithm = o.algorithm AND n.lane <> 'TRY' AND (n.generation, n.run) > (o.generation, o.run)${known})`;

const ofNow: OutcomeConditions = {
  known: null,
  withdrawn: 'd.execution_id IS NOT NULL',
  replaced: replaced(''),
  windowWithdrawn: `EXISTS (SELECT 1 FROM windows w WHERE ${sameGeneration('w')} AND w.state = 'WITHDRAWN')`,
  finalLater: `EXISTS (SELECT 1 FROM windows w WHERE ${sameGeneration('w')} AND w.state = 'FINAL' AND w.revision = o.revision)`,
};

/** The trigger's last word on the window by then: the same rule as `standingOf`. */
const windowThen = `(SELECT told.state, told.revision FROM (
    SELECT p.version, 0 AS rank, CASE WHEN p.is_final THEN 'FINAL' ELSE 'OPEN' END AS state, p.revision FROM panes p
    WHERE ${sameGeneration('p')} AND p.fired_at_us <= :asOfUs
    UNION ALL SELECT w.final_version, 1, 'FINAL', w.final_revision FROM windows w
    WHERE ${sameGeneration('w')} AND w.final_at_us <= :asOfUs
    UNION ALL SELECT c.version, 2, 'WITHDRAWN', NULL FROM window_changes c
    WHERE ${sameGeneration('c')} AND c.kind = 'WITHDRAWN' AND c.at_us <= :asOfUs
  ) told ORDER BY told.version DESC, told.rank DESC LIMIT 1)`;

const ofThen: OutcomeConditions = {
  known: 'o.known_at_us <= :asOfUs',
  withdrawn: '(d.execution_id IS NOT NULL AND d.known_at_us <= :asOfUs)',
  replaced: replaced(' AND n.known_at_us <= :asOfUs'),
  windowWithdrawn: `EXISTS (SELECT 1 FROM ${windowThen} t WHERE t.state = 'WITHDRAWN')`,
  finalLater: `EXISTS (SELECT 1 FROM ${windowThen} t WHERE t.state = 'FINAL' AND t.revision = o.revision)`,
};

export const conditionsAt = (asOfUs: number | undefined): OutcomeConditions => (asOfUs === undefined ? ofNow : ofThen);
