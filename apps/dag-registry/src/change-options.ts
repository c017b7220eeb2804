/** Who asks for a change. */
export interface Author {
  readonly name: string;
  readonly team: string;
  /** May change what is other teams'. */
  readonly isOperator: boolean;
}

export interface ChangeOptions {
  readonly author: Author;
  /** Refuse with REVISION_MOVED unless this revision is live: the one that a plan was made against. */
  readonly ifRevision?: number;
  /** Refuse with POLICIES_MOVED unless policies have been set so often: `basePolicies` of a plan. */
  readonly ifPolicies?: number;
  /** Kept with the change, in the audit and in the history of revisions. */
  readonly why?: string;
}

export interface ApplyOptions extends ChangeOptions {
  /** Take out what belongs to the file's owner and is not in it. */
  readonly prune?: boolean;
  /** With it also what then could never run, and work that is under way. */
  readonly force?: boolean;
  readonly kind?: 'DEFINITIONS' | 'POLICY' | 'SOURCES';
}
