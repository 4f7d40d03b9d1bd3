import { FirmLibraryResolver, LibraryControlResolver, LibraryControlVersionResolver } from './library.resolver.js'
import { LibraryControl } from './library-control.js'
import { LibraryControlVersion } from './library-control-version.js'
import { LibraryProcedure } from './library-procedure.js'
import { ControlFromLibraryResolver, ProcedureFromLibraryResolver } from './taking.resolver.js'

export const library = {
  name: 'library',
  rows: [LibraryControl, LibraryControlVersion, LibraryProcedure],
  resolvers: [
    LibraryControlResolver,
    LibraryControlVersionResolver,
    FirmLibraryResolver,
    ControlFromLibraryResolver,
    ProcedureFromLibraryResolver,
  ],
}
