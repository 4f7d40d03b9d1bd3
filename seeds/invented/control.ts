import type { Screen } from '../files/image.js'
import type { Paper } from '../files/pdf.js'
import type { Period } from './days.js'
import type { OwnerRole } from './people.js'

/** A control of the invented client, and how it is tested. What is tested is what its description promises. */
export interface InventedControl {
  ref: string
  title: string
  description: string
  owner: OwnerRole
  frequency: string
  nature: 'MANUAL' | 'AUTOMATED' | 'IT_DEPENDENT_MANUAL'
  type: 'PREVENTIVE' | 'DETECTIVE' | 'CORRECTIVE'
  area: string
  isKey: boolean
  /** How high the risk is that it does not operate; MODERATE where nothing is said. */
  risk?: 'HIGH'
  criteriaCodes: readonly string[]
  /** What the walkthrough followed from its beginning to its end, and what was seen of it. */
  walkthrough: { traced: string; seen: string }
  tested: Tested
}

/** What a sampled item is checked for. */
export interface Attribute {
  letter: string
  description: string
}

/** How the operation of a control is tested. */
export type Tested =
  | StandingTest
  | ConfigurationTest
  | RegisterTest
  | ListTest
  | { by: 'NO_EVENT'; list: Listed; checked: string }
  /** The design is at fault: operation is not tested. */
  | { by: 'DESIGN_ALONE'; paper: (period: Period) => Omit<Paper, 'name'> }

/** Of what stands and acts on no list: inspection together with inquiry. */
export interface StandingTest {
  by: 'STANDING'
  /** Why there is no list. */
  noPopulation: string
  asked: string
  steps: string
  papers: (period: Period) => Omit<Paper, 'name'>[]
}

/** Of what a system does by itself: its configuration, as long as the general controls it relies on operate. */
export interface ConfigurationTest {
  by: 'CONFIGURATION'
  reliesOn: readonly string[]
  steps: string
  screen: Omit<Screen, 'name' | 'takenAt'>
}

/** Of a periodic control: its register, reconciled with the occurrences that the period asks for. */
export interface RegisterTest {
  by: 'REGISTER'
  /** INSPECTION where nothing is said. */
  methods?: readonly string[]
  /** Who was asked, where the methods say so. */
  asked?: string
  steps: string
  attributes: readonly Attribute[]
  /** The record of one occurrence, inspected for it; `at` counts from 0. */
  record: (label: string, at: number) => Pick<Paper, 'title' | 'paragraphs' | 'facts'>
  /** Which occurrence was not performed, counted from 0; there where the period has so many. */
  missed?: number
  /** Whether a sample is drawn by the table of the methodology; else every occurrence is tested. */
  sampled?: boolean
}

/** Of a control that acts on events: the list of them, and what each shows. */
export interface ListTest {
  by: 'LIST'
  /** INSPECTION where nothing is said. */
  methods?: readonly string[]
  list: Listed
  steps: string
  attributes: readonly Attribute[]
  sampled?: boolean
  /** What items show that deviate, by their key, at the attribute of that letter. */
  deviations?: readonly { key: string; letter: string; note: string }[]
}

/** A list of events as a system of the client exports it. */
export interface Listed {
  title: string
  system: string
  query: string
  /** Its columns: the key first, then the day on which the control acted. */
  columns: readonly string[]
  rows: (period: Period) => string[][]
}
