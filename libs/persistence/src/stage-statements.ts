/** Raises the epoch, whoever held it; the row is made when the partition is taken for the first time. */
export const takeSql = `
  INSERT INTO stage_partition AS p (stage, partition, epoch, owner, taken_at) VALUES ($1, $2, 1, $3, now())
  ON CONFLICT (stage, partition) DO UPDATE SET epoch = p.epoch + 1, owner = excluded.owner, taken_at = now()
  RETURNING epoch, commit_no, pending`;

export const positionsSql = `SELECT topic, next_offset FROM stage_position WHERE stage = $1 AND partition = $2`;

const fenced = `
  WITH fence AS (
    UPDATE stage_partition SET commit_no = commit_no + 1, pending = $5
    WHERE stage = $1::text AND partition = $2::integer AND epoch = $3 AND commit_no = $4
    RETURNING 1
  ), moved AS (
    INSERT INTO stage_position (stage, partition, topic, next_offset)
    SELECT $1::text, $2::integer, topic, next_offset FROM unnest($6::text[], $7::bigint[]) AS p (topic, next_offset)
    ON CONFLICT (stage, partition, topic) DO UPDATE SET next_offset = excluded.next_offset
  )`;

/**
 * Fails with division_by_zero when the fence does not hold: the transaction is then dead, so that a COMMIT that was sent in the same
 * breath rolls back.
 */
const held = `SELECT 1 / count(*)::integer AS held FROM fence`;

export const commitSql = `${fenced} ${held}`;

export const commitWithTimersSql = `${fenced}, cleared AS (
    DELETE FROM stage_timer t USING unnest($8::smallint[], $9::text[]) AS c (slot, key)
    WHERE t.slot = c.slot AND t.stage = $1::text AND t.key = c.key
  ), set_timers AS (
    INSERT INTO stage_timer (slot, stage, key, due_us)
    SELECT slot, $1::text, key, due_us FROM unnest($10::smallint[], $11::text[], $12::bigint[]) AS s (slot, key, due_us)
    ON CONFLICT (slot, stage, key) DO UPDATE SET due_us = excluded.due_us
  ) ${held}`;

export const divisionByZero = '22012';

export const parkSql = `
  INSERT INTO stage_parked (stage, partition, topic, target_partition, key, value, headers, code, reason)
  SELECT $1, $2, topic, target, key, value, headers, code, reason
  FROM unnest($3::text[], $4::integer[], $5::text[], $6::bytea[], $7::jsonb[], $8::text[], $9::text[])
    AS m (topic, target, key, value, headers, code, reason)`;

export const gapSql = `
  INSERT INTO stage_gap (stage, partition, topic, from_offset, to_offset)
  SELECT $1, $2, topic, from_offset, to_offset FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS g (topic, from_offset, to_offset)`;

export const clearPendingSql = `
  UPDATE stage_partition SET pending = NULL
  WHERE stage = $1 AND partition = $2 AND epoch = $3 AND commit_no = $4 AND pending IS NOT NULL`;

export const timersSql = `
  SELECT slot, key, due_us FROM stage_timer
  WHERE slot = ANY ($2::smallint[]) AND stage = $1 AND due_us < $3 ORDER BY due_us, slot, key LIMIT $4`;

export const identitiesSql = `SELECT topic, topic_id, cluster_id FROM stage_topic WHERE stage = $1`;

export const saveIdentitiesSql = `
  INSERT INTO stage_topic AS t (stage, topic, topic_id, cluster_id)
  SELECT $1, topic, topic_id, $4 FROM unnest($2::text[], $3::text[]) AS i (topic, topic_id)
  ON CONFLICT (stage, topic) DO UPDATE SET topic_id = excluded.topic_id, cluster_id = excluded.cluster_id, seen_at = now()
  WHERE t.topic_id IS NULL`;

export const acceptTopicSql = `
  WITH forgotten AS (DELETE FROM stage_position WHERE stage = $1 AND topic = $2)
  UPDATE stage_topic SET topic_id = NULL WHERE stage = $1 AND topic = $2`;

export const schemasSql = `SELECT id, schema FROM stage_schema WHERE cluster_id = $1`;
export const saveSchemaSql = `INSERT INTO stage_schema (cluster_id, id, schema) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
