// First, as the entry points of the service do, before any class with decorators is read.
import 'reflect-metadata'
import { vi } from 'vitest'
// And all of them in their own order, whatever a test reads first: the order of the types in the schema follows from it.
import '../../src/features.js'

// Test files share a process, and with it the product as Node.js has loaded and compiled it: to do that anew for each was
// a third of the work of most. Whatever is in tests/ each file has for itself, and it finds the environment as it was.
vi.resetModules()
vi.unstubAllEnvs()
vi.useRealTimers()
