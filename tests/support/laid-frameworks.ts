import { type Desk, type Lay, type Put, past } from './lay.js'

// The firm's own criteria sets, and the frameworks of an engagement in the states that the acts on them start from. All of it is invented.

const sets = new Map<string, Promise<readonly [string, string, string]>>()

/** The ids of three sets of a firm, laid once; a fourth one was retired, and a fifth one is used by no engagement. */
const setsOf = (lay: Lay, { firmId, crew }: Desk): Promise<readonly [string, string, string]> => {
  const known = sets.get(firmId)
  if (known) return known
  const laid = laySets(lay, firmId, crew.partner.memberId)
  sets.set(firmId, laid)
  return laid
}

async function laySets(lay: Lay, firmId: string, by: string): Promise<readonly [string, string, string]> {
  const set = async (edition: string, further: object = {}): Promise<string> => {
    const id = await lay(firmId, 'criteria_set', {
      name: 'Lighthouse rules',
      publisher: 'The board of lighthouses',
      edition,
      description: 'Rules on readings.',
      licence_note: 'Free to use.',
      criterion_count: 3,
      created_by: by,
      ...further,
    })
    for (const [at, code] of ['LK-1', 'LK-2', 'LK-3'].entries()) {
      const said = { section: 'Keeping', title: 'Readings are kept.', text: 'They are kept as was promised.' }
      await lay(firmId, 'further_criterion', { criteria_set_id: id, position: at + 1, code, ...said })
    }
    return id
  }
  const first = await set('2023')
  await set('2022', { retired_at: past, retired_by: by, retired_reason: 'Nobody asks for it.' })
  const used = [first, await set('2024', { supersedes_id: first }), await set('2025')] as const
  await set('2026')
  return used
}

/** Frameworks of the desk's engagement: undecided, decided, mapped only, and retired. Answers the ids of those that the opinion covers. */
export async function layFrameworks(desk: Desk, put: Put, controlId: string): Promise<string[]> {
  const { lay, crew } = desk
  const [first, second, third] = await setsOf(lay, desk)
  const framework = async (criteriaSetId: string, further: object): Promise<string> => {
    const id = await put('framework', { criteria_set_id: criteriaSetId, prints_mapping: false, ...further })
    const of = { framework_id: id, criteria_set_id: criteriaSetId }
    await put('framework_mapping', { ...of, control_id: controlId, criterion_code: 'LK-1' })
    await put('uncovered_criterion', { ...of, criterion_code: 'LK-2', ground: 'NO_CONTROL', reason: 'It is planned.' })
    return id
  }
  const undecided = await framework(first, { use: 'ADDITIONAL_SUBJECT_MATTER' })
  const decided = await framework(second, {
    use: 'ADDITIONAL_SUBJECT_MATTER',
    design_opinion: 'QUALIFIED',
    operation_opinion: 'QUALIFIED',
    facts_digest: 'a'.repeat(64),
    rationale: 'It is confined to one thing.',
    decided_by: crew.partner.memberId,
    decided_at: past,
  })
  await framework(third, { use: 'MAPPING_ONLY', prints_mapping: true })
  const retired = {
    retired_at: past,
    retired_by: crew.partner.memberId,
    retired_reason: 'Users asked for another one.',
  }
  await framework(third, { use: 'MAPPING_ONLY', ...retired })
  return [undecided, decided]
}
