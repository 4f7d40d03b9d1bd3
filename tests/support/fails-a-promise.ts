// Loaded into the service's process by `--import`: lets a promise fail at each message, with no handler waiting for it.
process.on('message', () => void Promise.reject(new Error('the stray of the test')))
process.channel?.unref()
