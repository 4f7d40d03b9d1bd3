/** Behind `#`, which a browser keeps to itself: the token reaches no server's log by being followed. */
export const invitationLink = (publicUrl: string, token: string): string => `${publicUrl}/#invitation=${token}`
