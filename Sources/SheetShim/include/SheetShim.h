#ifndef JIEXU_SHEET_SHIM_H
#define JIEXU_SHEET_SHIM_H

// The libraries with which workbooks are read and written, and a file that exists only in memory: libxlsxwriter writes
// to a name, and what it writes holds personal data that no disk should keep.

#include <expat.h>
#include <stddef.h>
#include <zip.h>
#include <xlsxwriter.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Opens a file in memory, which is gone when it is closed; -1 when the system refuses.
int jiexu_memory_file(void);

/// The length of the file in bytes; -1 when it cannot be told.
long jiexu_memory_file_length(int file);

/// Reads the file from its beginning; 0 when all `length` bytes were read, else -1.
int jiexu_memory_file_read(int file, void *bytes, size_t length);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
