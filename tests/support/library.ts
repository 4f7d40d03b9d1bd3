import type { Person } from './world.js'

/** What a control of the library says, with its tests, where tests do not say otherwise: invented. */
export const entrySaid = {
  title: 'Access is reviewed',
  description: 'Each quarter the owner of a system reviews who has access to it, and has removed who needs it no more.',
  frequency: 'QUARTERLY',
  nature: 'IT_DEPENDENT_MANUAL',
  type: 'DETECTIVE',
  area: 'ACCESS',
  isKey: true,
  risk: 'HIGH',
  criteriaCodes: ['CC6.2', 'CC6.3', 'A1.1'],
  ipe: 'The list of accounts that the system exports.',
  guidance: 'Ask for the list before the review, not the one after it.',
  procedures: [
    {
      suffix: 'T1',
      methods: ['INSPECTION', 'INQUIRY'],
      aspects: ['DESIGN', 'IMPLEMENTATION', 'OPERATION'],
      objective: 'Access is reviewed, and what was found is removed.',
      steps: 'Walk through one review, then inspect those of the sample.',
      attributes: [
        { letter: 'A', description: 'The review names every account.' },
        { letter: 'B', description: 'What was found was removed within 5 days.' },
      ],
    },
    {
      suffix: 'T2',
      methods: ['REPERFORMANCE'],
      aspects: ['OPERATION'],
      objective: 'The reviewer found what there was to find.',
      steps: 'Compare the list with that of the people who left.',
      attributes: [],
    },
  ],
}

/** Adds a control to the library of a firm; answers its id, with the version of its row. */
export async function addsToLibrary(
  by: Person,
  ref: string,
  changes: object = {},
): Promise<{ id: string; version: number }> {
  const input = { ref, ...entrySaid, ...changes }
  return (await by.does('addLibraryControl', input, 'libraryControl { id version }')).libraryControl
}
