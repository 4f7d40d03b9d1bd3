import { reviewWorkpaperGate, withdrawWorkpaperGate } from './workpaper.actions.js'
import { Workpaper } from './workpaper.js'
import { EngagementWorkpapersResolver, WorkpaperResolver } from './workpaper.resolver.js'

export const workpaper = {
  name: 'workpaper',
  rows: [Workpaper],
  resolvers: [WorkpaperResolver, EngagementWorkpapersResolver],
  gates: { reviewWorkpaper: reviewWorkpaperGate, withdrawWorkpaper: withdrawWorkpaperGate },
}
