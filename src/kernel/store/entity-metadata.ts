import { DataSource, DefaultNamingStrategy, type EntityMetadata } from 'typeorm'
import type { RowClass } from './row.js'

/** firmId <-> firm_id; tables are named in each `@Entity`. */
class SnakeCase extends DefaultNamingStrategy {
  override columnName(property: string, custom: string): string {
    return custom || property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  }
}

/** Never connects: all that TypeORM is for here is what the decorators of row classes say (docs/adr/0004-pg-and-typeorm.md). */
class Declarations extends DataSource {
  constructor(rows: readonly RowClass[]) {
    super({ type: 'postgres', entities: [...rows], namingStrategy: new SnakeCase() })
  }

  async read(): Promise<EntityMetadata[]> {
    await this.buildMetadatas()
    return this.entityMetadatas
  }
}

/** The table and the columns that each row class declares. */
export async function entityMetadata(rows: readonly RowClass[]): Promise<Map<RowClass, EntityMetadata>> {
  const all = await new Declarations(rows).read()
  return new Map(all.map((metadata) => [metadata.target as RowClass, metadata]))
}
