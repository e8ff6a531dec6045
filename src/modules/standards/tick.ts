import type { ClientBase } from 'pg';
import { addDays } from '../../kernel/period';
import type { StateMachine } from '../../kernel/stateMachine';
import type { Catalogue } from '../reference';
import { assessmentLimits } from './assessmentLimits';

/** How many assessments time has moved. */
export interface TickReport {
  expired: number;
  superseded: number;
  suspended: number;
}

/**
 * The steps that nobody takes (actor SYSTEM): expiry, supersession, overdue corrective actions. In the caller's transaction,
 * as the migrating user; as often as one likes.
 * @param today ISO date
 */
export async function tickAssessments(client: ClientBase, catalogue: Catalogue, today: string): Promise<TickReport> {
  const machine = catalogue.stateMachines.get('ASSESSMENT');
  if (machine === undefined) return { expired: 0, superseded: 0, suspended: 0 };
  const overdue = addDays(today, -assessmentLimits().correctiveActionGraceDays);
  await client.query(
    `update vault.corrective_action set state = 'OVERDUE' where state = 'OPEN' and due_on < $1 and withdrawn_at is null`,
    [today],
  );
  return {
    expired: await take(client, machine, 'expire', 'a.valid_to <= $1::date', today),
    superseded: await take(
      client,
      machine,
      'supersede',
      `a.decided_at <= $1::date and exists (select from vault.assessment n where n.unit_no = a.unit_no and n.standard_id = a.standard_id
         and n.id <> a.id and n.withdrawn_at is null and n.state in ('CONFORMANT', 'CONFORMANT_WITH_CAP')
         and (n.decided_at, n.id) > (a.decided_at, a.id))`,
      today,
    ),
    suspended: await take(
      client,
      machine,
      'cap_overdue',
      `exists (select from vault.finding f join vault.corrective_action c on c.finding_id = f.id
         where f.assessment_id = a.id and c.state <> 'VERIFIED' and c.due_on < $1::date)`,
      overdue,
    ),
  };
}

/** One listed step for every assessment that it is due for; from and to are the machine's. */
async function take(
  client: ClientBase,
  machine: StateMachine,
  action: string,
  condition: string,
  day: string,
): Promise<number> {
  const steps = machine.rows.filter((row) => row.action === action && row.actors.includes('SYSTEM'));
  let moved = 0;
  for (const { from, to } of steps) {
    const { rows } = await client.query<{ count: number }>(
      `with due as (
         update vault.assessment a set state = $3, prior_state = a.state, label = case when a.label = 'SELF_DECLARED' then a.label else $3 end
         where a.state = $2 and a.withdrawn_at is null and ${condition} returning a.id
       ), noted as (
         insert into vault.transition (machine, subject_id, from_state, action, to_state) select 'ASSESSMENT', id, $2, $4, $3 from due returning 1
       ) select count(*)::int as count from noted`,
      [day, from, to, action],
    );
    moved += rows[0]?.count ?? 0;
  }
  return moved;
}
