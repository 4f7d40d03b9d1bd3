import { expect, it } from 'vitest'
import { AtOnce } from '../../src/http/at-once.js'

const who = (firmId: string, memberId: string) => ({ firmId, memberId })

it('so many are under way of a member, of a firm and in all, and each place comes back once', () => {
  const atOnce = new AtOnce({ process: 4, firm: 3, member: 2 }, 'Too many just now.')
  const refuses = (firmId: string, memberId: string) =>
    expect(() => atOnce.begin(who(firmId, memberId))).toThrow('Too many just now.')
  const first = atOnce.begin(who('A', '1'))
  atOnce.begin(who('A', '1'))
  refuses('A', '1')
  atOnce.begin(who('A', '2'))
  refuses('A', '3')
  atOnce.begin(who('B', '1'))
  refuses('C', '1')
  first()
  first()
  atOnce.begin(who('C', '1'))
  refuses('A', '1')
})
