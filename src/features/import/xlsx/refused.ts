import { Refusal } from '../../../rules/refusal.js'

/** What becomes of a workbook that is none, or not one to be read: INVALID_INPUT at the evidence. */
export const workbookRefused = (message: string): Refusal => new Refusal('INVALID_INPUT', message, ['evidenceId'])

/** A workbook in which something is not as the standard has it (ECMA-376, Office Open XML). */
export const workbookDamaged = (what: string): Refusal =>
  workbookRefused(`The workbook is damaged: ${what} Save it anew from the program that made it.`)
