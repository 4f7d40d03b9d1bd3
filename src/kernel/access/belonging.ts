/**
 * By which of its properties an object names the engagement, and the client, that it belongs to; null where it belongs to none.
 * Row classes declare it; any other object says it by `engagementId` and `clientId`, where it has them.
 */
export interface Belonging {
  readonly engagementKey: 'id' | 'engagementId' | null
  readonly clientKey: 'id' | 'clientId' | null
}

const ofOtherObjects: Belonging = { engagementKey: 'engagementId', clientKey: 'clientId' }

const belongingOf = (object: object): Belonging => {
  const declared = object.constructor as Partial<Belonging> | undefined
  return declared?.engagementKey === undefined ? ofOtherObjects : (declared as Belonging)
}

const idIn = (object: object, key: string | null): string | null =>
  key === null ? null : ((object as Record<string, string | null | undefined>)[key] ?? null)

/** The engagement an object belongs to; null where it belongs to none. */
export const engagementOf = (object: object): string | null => idIn(object, belongingOf(object).engagementKey)

/** The client an object is about; null where it is about none. */
export const clientOf = (object: object): string | null => idIn(object, belongingOf(object).clientKey)
