import { connectionOf } from '../../kernel/schema/page.js'
import { Result } from './result.js'

/** A page of results, of whatever list. */
export const ResultConnection = connectionOf(Result, 'Result')
