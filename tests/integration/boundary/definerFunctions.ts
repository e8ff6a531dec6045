/** A definer function that a login role may run: what it is for, and what keeps it from telling or changing too much. */
export interface DefinerFunction {
  name: string;
  roles: string[];
  reason: string;
}

const reader = 'sluice_reader';
const contributor = 'sluice_contributor';

function listed(roles: string[], functions: Record<string, string>): DefinerFunction[] {
  return Object.entries(functions).map(([name, reason]) => ({ name, roles, reason }));
}

/** A new one is added with the reason why it tells no more than the views do, after somebody else has read it. */
export const definerFunctions: DefinerFunction[] = [
  ...listed([reader, contributor], {
    'policy.grounds': 'the reasons of the bound desk; NULL without a sound binding',
    'policy.gates': 'the phase, the freezes and the rights of the bound viewer',
    'policy.organisation_no': 'the number of the bound organisation',
    'policy.granted': 'the agreements of the bound organisation for its stated purpose',
    'policy.granted_units': 'the units that these agreements are about',
    'policy.known': 'the answers of these five at once; nothing without a sound binding',
    'policy.open_classes':
      'which classes the bound viewer has a reason to look at, unit by unit; follows from its own grounds',
    'policy.bound_phase': 'the phase of the bound initiative, which its members know',
    'released.alliance_reads': 'whether the bound viewer reads what is released to the alliance: yes or no',
    'released.members_figures_read':
      'whether the phase of the bound initiative admits statistics of members: yes or no',
    'policy.decoys': 'random ids of rows that the views then judge as any other; they tell nothing and lead nowhere',
    'policy.freezes': 'what counsel holds back; the reason for counsel alone',
    'policy.initiatives': 'initiatives by name, aim and phase',
    'policy.decisions': 'published decisions',
    'policy.chain_upward': 'a walk over links that judges each hop as the row law does',
    'policy.chain_downward': 'the same, the other way',
    'policy.chain_upward_then': 'the same walk over links as they were known at a time',
    'policy.chain_downward_then': 'the same, the other way',
    'policy.chain_distance_upward': 'how far units stand, over links that the reader may see',
    'policy.chain_distance_downward': 'the same, the other way',
    'policy.cascade_outcome': 'what became of a demand tier by tier, without names or counts, for its two parties',
    'identity.display_name': 'a name for an id that the caller already has',
  }),
  ...listed([reader], {
    'policy.open_classes_of_sites': 'policy.open_classes by the ids of sites: no more than that does it tell',
    'policy.links_open_at':
      'ids of links at given ends that the row law opens to the bound viewer, which the views give as well',
    'policy.frozen_questions': 'names of questions that counsel holds back, which a refusal tells anyhow',
    'identity.own_people':
      'the people of the bound organisation, with contact and roles; nobody without a sound binding',
    'identity.find_person': 'the identity step: one person by the exact subject of a verified token',
    'identity.find_person_by_id': 'the identity step: one person by the id in a verified key',
    'identity.find_initiative': 'the identity step: the number of an initiative by its id',
    'events.known_freezes': 'which of the given freezes exist, for whoever is signed in',
    'events.own_webhooks': 'webhooks of the bound organisation, without their keys',
    'events.own_deliveries': 'the log of a webhook of the bound organisation',
    'policy.interest_entries':
      "the register of interests: one's own entries in the bound organisation, or all with the ground COUNSEL in the binding",
    'policy.risk_entries': 'the risks of an initiative, for members and offices of the alliance',
    'policy.interest_summary':
      'whose people have interests of which kind; public, without person, counterpart and value',
    'audit.reads_of_own_data':
      'reads of the units that the bound desk owns: by name only of itself, parties to its agreements and ends of its links, else by class and month',
    'audit.count_reads': 'counts of reads by class and month; nothing without the ground SECRETARIAT in the binding',
    'audit.read_for_counsel': 'the log for counsel; nothing without the ground COUNSEL in the binding',
  }),
  ...listed([contributor], {
    'policy.freeze_question': 'holds a question back; nothing without the ground COUNSEL in the binding',
    'policy.register_unit': 'a number for a new organisation or site',
    'policy.register_units': 'the same for many at once, of an import',
    'policy.open_desk': 'a desk for an organisation, with its reasons computed',
    'policy.bind_closure': "recomputes one viewer's closure; answers whether it is valid",
    'policy.freeze_reads': 'counsel holds a class back',
    'policy.lift_freeze': 'counsel lifts what it held back',
    'vault.register_member': 'the secretariat enters a member',
    'vault.set_standing': 'the secretariat sets the standing of a member',
    'vault.identifier_taken': 'whether an identifier is in use, for the secretariat that enters a member',
    'vault.declare_interest': 'an interest of a person of the bound organisation',
    'vault.end_interest': 'ends a live entry of a person of the bound organisation, not before today',
    'vault.renew_interest': 'confirms a live entry of a person of the bound organisation',
    'vault.has_stake_in': 'the register of interests: yes or no for one person and one subject',
    'vault.has_interest': 'the register of interests: yes or no for one person and the parties of a step',
    'vault.unit_of_organisation': 'the number of an organisation by its id',
    'vault.hold_assessment': 'the row of an assessment for its own parties, nothing for others',
    'vault.move_assessment': 'a step of an assessment by the party whose step it is',
    'vault.note_assessment': 'the first step of an own assessment',
    'vault.report_assessment': "the assessor's ratings and findings",
    'vault.plan_corrective_action': 'an action of the owner on a finding about itself',
    'vault.move_corrective_action': 'a step of an action by owner or assessor',
    'vault.lock_agreement': 'the row of an agreement for its parties and counsel, nothing for others',
    'vault.move_agreement': 'a step of an agreement by a party or counsel',
    'vault.record_transition': 'a line in the record of steps, in the name of the bound organisation',
    'vault.initiative_parties':
      'the members of an alliance, who are public, as the parties to a step of its initiative',
    'vault.record_decision': 'a decision of the governing body, by the ground BODY in the binding',
    'vault.score_risks': 'the risks of an initiative, by the ground BODY or SECRETARIAT in the binding',
    'vault.lock_initiative': 'the row of an initiative, held for a step',
    'vault.phase_guards': 'what still stands in the way of a step of an initiative, in words without names',
    'vault.move_initiative': 'a step of an initiative by body or counsel',
    'vault.in_my_group': 'whether another organisation is of the own group',
    'vault.lock_link': 'the row of a link for its two ends, nothing for others',
    'vault.move_link': 'a step of a link by one of its ends, for itself alone',
    'vault.trades_with': 'whether the own organisation trades or has an agreement with another',
    'vault.lock_demand': 'the row of an own demand, nothing for others',
    'vault.move_demand': 'a step of an own demand',
    'vault.open_responses': 'one answer for each recipient of an own demand',
    'vault.void_responses': 'ends the answers to an own demand',
    'vault.apply_terms': 'new terms of an own demand on its answers',
    'vault.carry_responses': 'answers from an own demand to its successor',
    'vault.responses_settled': 'whether every answer to a demand has come: yes or no',
    'vault.lock_response': 'the row of an answer for issuer and recipient, nothing for others',
    'vault.move_response': 'a step of an answer by issuer or recipient',
    'vault.add_response_evidence': 'evidence with an answer, by its two parties',
    'vault.lock_claim': 'the row of an equivalence claim for those whose step it may be, nothing for others',
    'vault.move_claim': 'a step of an equivalence claim by the party or office whose step it is',
    'events.add_webhook': 'a webhook of the bound organisation',
    'events.remove_webhook': 'ends a webhook of the bound organisation',
    'events.rotate_webhook': 'a new key for a webhook of the bound organisation',
    'intake.count_staged': 'how many rows are staged in the own batch',
  }),
  ...listed(['sluice_trustee'], {
    'vault.take_system_step': 'whose turn a step of time is, by the hub itself',
    'vault.choose_decoys':
      'keeps ids of the most closed rows of each fact, which no login role but this may choose and none reads raw',
    'vault.tick_assessments': 'the steps of time on assessments, by the hub itself',
    'vault.expire_agreements': 'the steps of time on agreements, by the hub itself',
    'events.poll': 'gives events their place and names whom they may concern; the hub judges each anew',
    'events.of_organisation': 'events that may concern one organisation, for the hub that judges them',
    'events.announce_expiring': 'the steps of time on certificates about to run out, by the hub itself',
    'events.forget': 'drops events past their time, by the hub itself',
    'events.take_webhook': 'the turn of a webhook under a lease, by the hub itself',
    'events.settle_webhook': 'how an attempt ended, by the hub that holds the lease',
    'vault.tick_demands': 'the steps of time on demands, by the hub itself',
    'vault.cluster_inputs': 'the demands of a frozen quarter, for the trustee that counts them',
    'vault.equivalences_of_quarter': 'the public equivalences that held when a quarter froze',
    'vault.freeze_quarter': 'freezes the demands of a quarter for statistics',
    'vault.outdate_claims': 'the steps of time on equivalence claims, by the hub itself',
    'vault.lapse_links': 'the steps of time on links, by the hub itself',
    'vault.end_past_links': 'ends links whose period is over, by the hub itself',
    'trustee.place':
      'which server, timeline and database this is, so that a ledger that came back from elsewhere is noticed',
    'trustee.freeze':
      'freezes the figures of one measure and period, none of which it returns; the trustee alone sees them',
  }),
];
