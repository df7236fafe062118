#ifndef JIEXU_SQLITE_SHIM_H
#define JIEXU_SQLITE_SHIM_H

// What of SQLite's interface takes a varying number of arguments, and so cannot be called from Swift.

/// Tells SQLite to keep no statistics of its memory: they cost a lock, which all connections share, for each piece of memory.
///
/// Returns SQLite's result code: 0, or 21 when a connection was opened before.
int jiexu_sqlite_without_memory_statistics(void);

#endif
