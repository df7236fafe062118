#ifndef JIEXU_CONTRACT_SHIM_H
#define JIEXU_CONTRACT_SHIM_H

// The contracts of the public interface as bytes of the program, so that a node serves exactly the pages that it was built
// with and needs no files beside it.

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// One file of the folder `contracts`.
typedef struct {
    /// Its path in that folder.
    const char *name;
    const uint8_t *bytes;
    size_t length;
} jiexu_contract;

/// A file by its path in the folder; null for one that is not in the program.
const jiexu_contract *_Nullable jiexu_contract_named(const char *name);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
