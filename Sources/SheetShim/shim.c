#define _GNU_SOURCE
#include "SheetShim.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

int jiexu_memory_file(void) { return memfd_create("workbook", MFD_CLOEXEC); }

long jiexu_memory_file_length(int file) { return (long)lseek(file, 0, SEEK_END); }

int jiexu_memory_file_read(int file, void *bytes, size_t length) {
    size_t filled = 0;
    while (filled < length) {
        ssize_t count = pread(file, (char *)bytes + filled, length - filled, (off_t)filled);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return -1;
        filled += (size_t)count;
    }
    return 0;
}
