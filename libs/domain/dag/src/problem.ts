/** Stable codes of everything a registration or a definitions file can be refused for. */
export type ProblemCode =
  | 'MALFORMED'
  | 'UNKNOWN_FIELD'
  | 'DUPLICATE'
  | 'DUPLICATE_OWNER'
  | 'UNKNOWN_WINDOW_TYPE'
  | 'UNKNOWN_ALGORITHM'
  | 'UNKNOWN_TEAM'
  | 'TOPIC_COLLISION'
  | 'UNKNOWN_PROCESSOR'
  | 'NOT_OWNER'
  | 'CYCLE'
  | 'PARENT_CYCLE'
  | 'UNKNOWN_PARENT'
  | 'SOURCE_IS_GROUP'
  | 'UNKNOWN_CHANNEL'
  | 'NESTING_TOO_DEEP'
  | 'TRIGGER_LOOP'
  | 'UNSATISFIABLE_DEPENDENCY'
  | 'OUTSIDE_PARENT'
  | 'DISJOINT_SOURCES'
  | 'PARENT_REQUIRED'
  | 'GROUP_WINDOWS'
  | 'METADATA_NEVER_GIVEN'
  | 'RESULT_MISMATCH'
  | 'BAD_CONDITION'
  | 'BAD_CRON'
  | 'CRON_NEVER_MATCHES'
  | 'UNKNOWN_CALENDAR'
  | 'CALENDAR_OVERLAP'
  | 'CALENDAR_NEVER_OPENS'
  | 'CALENDAR_FIELD'
  | 'POLICY_CONTRADICTION'
  | 'BINDING_NEVER_FIRES'
  | 'NO_SIGNALS'
  | 'NEVER_FITS'
  | 'STARVED'
  | 'STILL_USED'
  | 'WORK_LOST'
  | 'WORK_UNKNOWN'
  | 'LIMIT_EXCEEDED';

/** Stable codes of what is worth knowing and refuses nothing. */
export type WarningCode =
  | 'WORK_LOST'
  | 'WORK_UNKNOWN'
  | 'UPSTREAM_RARE'
  | 'LIFE_WITHOUT_END'
  | 'WAIT_TOO_SHORT'
  | 'SELDOM_RUNS'
  | 'RESULT_MAY_NOT_FIT'
  | 'LEFT_OUT'
  | 'LATENESS_TOO_SHORT'
  | 'LATENESS_BELOW_PARENT'
  | 'PROCESSOR_SILENT'
  | 'PROCESSOR_ALIVE';

/** One thing that is wrong. The user's mistake: trying again unchanged gives the same answer. */
export interface Problem {
  readonly code: ProblemCode;
  /** Where: `windowTypes[2].open.fixed.size` in what was submitted, `algorithms[rul@1].dependencies[0]` in what was there already. */
  readonly path: string;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What would mend it. */
  readonly mend: string;
  /** The names that show it, each leading to the next: the shortest such chain. */
  readonly chain?: readonly string[];
  /** Teams whose things are involved; absent while nothing has said whose they are, as in a document that cannot be read. */
  readonly owners?: readonly string[];
}

/** One thing that may not be meant: it is told, and done. */
export interface Warning extends Omit<Problem, 'code'> {
  readonly code: WarningCode;
}

/** In an order that does not depend on how it was found. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...seen]
    .map(([key, problem]) => ({ key: byNumbers(`${problem.code} ${key}`), problem }))
    .sort(byKey)
    .map(({ problem }) => problem);
}

/** `windowTypes[10]` comes after `windowTypes[9]`. */
const byNumbers = (text: string): string => text.replace(/\d+/g, (digits) => digits.padStart(10, '0'));

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
