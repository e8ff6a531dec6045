import { IssueList } from '../../kernel/issues';
import { submitEvidence } from '../demands';
import type { Operation } from '../graph';

export interface AnswerOnceRequest {
  clientKey?: string;
  assessment: string;
  responses: string[];
}

/**
 * One assessment for several demands, all or none; whoever asked learns of its own answer only.
 * @throws DomainError VALIDATION, NOT_FOUND for an answer or assessment of another, STATE where one is not accepted yet
 */
export function answerOnce(operation: Operation, input: AnswerOnceRequest): Promise<{ ids: string[] }> {
  const issues = new IssueList();
  if (input.responses.length === 0) issues.add(['input', 'responses'], 'REQUIRED', 'name the answers');
  if (new Set(input.responses).size < input.responses.length) {
    issues.add(['input', 'responses'], 'DUPLICATE', 'name each answer once');
  }
  issues.throwIfAny();
  return operation.write({ name: 'answerOnce', clientKey: input.clientKey ?? null, input }, async (session) => {
    const ids: string[] = [];
    // In one order for everybody, so that two of them never wait for each other.
    for (const response of [...input.responses].sort()) {
      ids.push(await submitEvidence(operation, session, response, [{ assessment: input.assessment }]));
    }
    return { ids };
  });
}
