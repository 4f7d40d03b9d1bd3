import type { FirmScope } from '../../kernel/store/scope.js'

/** How many bytes the texts of versions of the library have, their tests' included: by the ids of the versions. */
export async function sizesOfVersions({ tx, firmId }: FirmScope, ids: readonly string[]): Promise<Map<string, number>> {
  const found = await tx.query<{ id: string; bytes: number }>(
    `select v.id, (octet_length(v.description) + coalesce(octet_length(v.ipe), 0) + coalesce((select
         sum(octet_length(p.objective) + octet_length(p.steps) + octet_length(p.attributes::text))
         from library_procedure p where p.firm_id = v.firm_id and p.library_control_version_id = v.id), 0))::integer as bytes
     from library_control_version v where v.firm_id = $1 and v.id = any($2)`,
    [firmId, ids],
  )
  return new Map(found.map(({ id, bytes }) => [id, bytes]))
}
