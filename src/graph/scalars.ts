import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars'
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs'

/** A moment, ISO 8601 with time zone. */
export const Moment = GraphQLDateTimeISO
/** A calendar day, `2019-12-31`, in no time zone. */
export const Day = GraphQLLocalDate
/** A file, sent beside the operation (GraphQL multipart request). */
export const Upload = GraphQLUpload
