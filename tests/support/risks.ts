/** How a risk is assessed; invented. */
export const assessment = {
  statement: 'A change that nobody reviewed reaches users.',
  threatens: 'Changes are reviewed before they reach users.',
  isFraudRisk: false,
  likelihood: 'LOW',
  impact: 'HIGH',
  rating: 'MODERATE',
}

/** An inquiry about fraud; invented. */
export const fraudInquiry = {
  personAsked: 'Ida Invented',
  roleAsked: 'Head of finance',
  askedOn: '2025-06-02',
  asked: 'Whether she knows of fraud, or of a control that was got round.',
  answer: 'She knows of none.',
}
