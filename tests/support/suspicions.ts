// What is suspected, invented.

export const suspicion = {
  kind: 'INTENTIONAL_ACT_OF_MANAGEMENT',
  what: 'The head of engineering had approvals dated back.',
  noticedOn: '2025-11-12',
  communicatedTo: [{ name: 'Olive Oldcastle', role: 'Chair of the audit committee', communicatedOn: '2025-11-14' }],
}
