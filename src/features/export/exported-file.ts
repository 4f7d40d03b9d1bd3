import { Field, ObjectType } from 'type-graphql'
import { Base64, ByteCount } from '../../kernel/schema/scalars.js'

@ObjectType({ description: 'A file that was written for you now. The service does not keep it.' })
export class ExportedFile {
  @Field(() => String, { description: 'A name for it, with its ending.' })
  fileName: string

  @Field(() => String, { description: 'Its media type, e.g. `text/csv; charset=utf-8`.' })
  mediaType: string

  @Field(() => ByteCount, { description: 'How many bytes it has.' })
  byteCount: number

  @Field(() => String, { description: 'SHA-256 of its bytes, 64 hexadecimal digits.' })
  sha256: string

  @Field(() => Base64, { description: 'All of its bytes, in base64.' })
  content: string
}
