import type { EngagementScope } from '../../kernel/store/scope.js'

/** A working paper, as the index of the file lists it. */
export interface IndexedPaper {
  engagementId: string
  nodeType: string
  nodeId: string
  /** The same for ever. */
  ref: string
  title: string
  preparedBy: string | null
  reviewedBy: string | null
}

/** By whom a paper is signed now, at a level. */
const signer = (column: 'procedure_id' | 'workpaper_id', level: 'PREPARER' | 'REVIEWER') =>
  `(select o.member_id from sign_off o where o.firm_id = $1 and o.${column} = p.id and o.level = '${level}' and o.withdrawn_at is null limit 1)`

/**
 * The working papers of these engagements, kind by kind and by reference. Populations have no reference of their own: theirs is the
 * number in the order in which they were described, which nothing removes one from; a sample bears that of its procedure.
 */
export const papersOfIndex = ({ tx, firmId, engagementIds }: EngagementScope): Promise<IndexedPaper[]> =>
  tx.query<IndexedPaper>(
    `select * from (
       select p.engagement_id as "engagementId", 1 as place, p.ref as sorted, 'Procedure' as "nodeType", p.id as "nodeId", p.ref, p.objective as title,
         ${signer('procedure_id', 'PREPARER')} as "preparedBy", ${signer('procedure_id', 'REVIEWER')} as "reviewedBy"
       from procedure p where p.firm_id = $1 and p.engagement_id = any($2)
       union all
       select p.engagement_id, 2, t.ref, 'Sample', p.id, t.ref || '.S', l.title, null, null
       from sample p
       join procedure t on t.firm_id = p.firm_id and t.id = p.procedure_id
       join population l on l.firm_id = p.firm_id and l.id = p.population_id
       where p.firm_id = $1 and p.engagement_id = any($2)
       union all
       select p.engagement_id, 3, lpad(n::text, 9, '0'), 'Population', p.id, 'POP-' || n, p.title, null, null
       from (select *, row_number() over (partition by engagement_id order by id) as n from population
         where firm_id = $1 and engagement_id = any($2)) p
       union all
       select p.engagement_id, 4, lpad(p.number::text, 9, '0'), 'Exception', p.id, 'EX-' || p.number, p.title, null, null
       from exception p where p.firm_id = $1 and p.engagement_id = any($2)
       union all
       select p.engagement_id, 5, lpad(p.number::text, 9, '0'), 'EngagementDocument', p.id, 'DOC-' || p.number,
         lower(replace(p.kind, '_', ' ')), null, null
       from engagement_document p where p.firm_id = $1 and p.engagement_id = any($2)
       union all
       select p.engagement_id, 6, lpad(p.number::text, 9, '0'), 'Workpaper', p.id, 'WP-' || p.number, p.title,
         ${signer('workpaper_id', 'PREPARER')}, ${signer('workpaper_id', 'REVIEWER')}
       from workpaper p where p.firm_id = $1 and p.engagement_id = any($2)) papers
     order by place, sorted, "nodeId"`,
    [firmId, engagementIds],
  )
