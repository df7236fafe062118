/*
 * Puts faults between a program and its disk: loaded in front of the C library (LD_PRELOAD), it counts what the
 * program does to its own files, and at one chosen operation ends the process, fails, or writes short.
 *
 * What counts, in one order over all threads: write, pwrite, pwritev, fsync, fdatasync, ftruncate, fallocate, rename
 * and unlink of files under JXF_ROOTS, and the first send to a socket after a sync (there an acknowledgement leaves).
 * Making a file and syncing a folder are logged too, as a replay of the log must know of them.
 *
 *   JXF_ROOTS    folders whose files are meant, divided by colons
 *   JXF_PLAN     kill-before:N, kill-after:N, fail:N:ERRNO, fail-on:N:ERRNO (from N on for ever), short:N (half of it
 *                is written, ENOSPC follows); missing for none
 *   JXF_COUNTER  a file of 16 bytes: operations of this process, and the clock that all processes of a network share
 *   JXF_SHARED   the file with that clock, 8 bytes; missing when nobody shares it
 *   JXF_SWITCH   a file: while it holds a number, every write and sync fails with it; -1 ends a fault that is for ever
 *   JXF_LOG      a file to which every operation is added, with what was written
 *
 * A record of the log: 48 bytes (the clock, the place in the file, how many bytes, the result, the kind as one letter,
 * the length of the path, the number of the operation), the path, the bytes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum plan { NOTHING, KILL_BEFORE, KILL_AFTER, FAIL, FAIL_ON, SHORT };
enum verdict { GO, GO_THEN_DIE, REFUSE, HALF };

static char roots[8][PATH_MAX];
static int root_count, log_file = -1, planned_errno;
static const char *switch_path;
static enum plan plan;
static uint64_t planned_at;
static _Atomic uint64_t *counter, *shared;
static _Atomic uint64_t own_counter, own_clock;
static _Atomic int synced, failing;
/* Recursive: posix_fallocate of the C library may come back as pwrite. */
static pthread_mutex_t order = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct record { uint64_t clock, offset, length; int64_t result; uint32_t kind, path_length; uint64_t number; };

static _Atomic uint64_t *mapped(const char *name, size_t size, _Atomic uint64_t *otherwise) {
    const char *path = getenv(name);
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0 || syscall(SYS_ftruncate, file, size) != 0) return otherwise;
    void *place = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    syscall(SYS_close, file);
    return place == MAP_FAILED ? otherwise : place;
}

static void start(void) {
    const char *list = getenv("JXF_ROOTS"), *wish = getenv("JXF_PLAN"), *log = getenv("JXF_LOG");
    while (list && *list && root_count < 8) {
        size_t length = strcspn(list, ":");
        if (length && length < PATH_MAX) memcpy(roots[root_count++], list, length);
        list += length + (list[length] == ':');
    }
    counter = mapped("JXF_COUNTER", 16, &own_counter);
    shared = mapped("JXF_SHARED", 8, &own_clock);
    switch_path = getenv("JXF_SWITCH");
    if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!wish) return;
    static const char *words[] = {"", "kill-before", "kill-after", "fail", "fail-on", "short"};
    for (int word = 1; word <= SHORT; word++) {
        size_t length = strlen(words[word]);
        if (strncmp(wish, words[word], length) == 0 && wish[length] == ':') {
            char *end;
            plan = word;
            planned_at = strtoull(wish + length + 1, &end, 10);
            planned_errno = *end == ':' ? atoi(end + 1) : ENOSPC;
        }
    }
}

static int is_ours(const char *path) {
    for (int i = 0; i < root_count; i++) {
        size_t length = strlen(roots[i]);
        if (strncmp(path, roots[i], length) == 0 && (path[length] == '/' || path[length] == 0)) return 1;
    }
    return 0;
}

/* The path of an open file of ours; 0 when it is none. */
static int path_of(int file, char *path) {
    char link[40];
    pthread_once(&once, start);
    if (!root_count) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void put(const void *bytes, size_t count) {
    while (count) {
        ssize_t done = syscall(SYS_write, log_file, bytes, count);
        if (done <= 0) return;
        bytes = (const char *)bytes + done;
        count -= (size_t)done;
    }
}

static void note(char kind, const char *path, uint64_t offset, const void *bytes, uint64_t length, int64_t result,
                 uint64_t number) {
    uint64_t now = atomic_fetch_add(shared, 1) + 1;
    if (log_file < 0) return;
    struct record record = {now, offset, length, result, (uint32_t)kind, (uint32_t)strlen(path), number};
    put(&record, sizeof record);
    put(path, record.path_length);
    if (bytes && length) put(bytes, length);
}

static _Noreturn void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static int switched(void) {
    char text[16] = {0};
    int file = switch_path ? (int)syscall(SYS_openat, AT_FDCWD, switch_path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t count = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    return count > 0 ? atoi(text) : 0;
}

/* Counts an operation, and says what becomes of it. Called with the order held. */
static enum verdict next(uint64_t *number, int can_fail) {
    uint64_t mine = *number = atomic_fetch_add(counter, 1) + 1;
    if (can_fail) {
        int error = switched();
        if (error < 0) atomic_store(&failing, 0);
        if (error > 0) { errno = error; return REFUSE; }
        if (atomic_load(&failing)) { errno = planned_errno; return REFUSE; }
    }
    if (plan == NOTHING || mine != planned_at) return GO;
    switch (plan) {
    case KILL_BEFORE: die(); break;
    case KILL_AFTER: return GO_THEN_DIE;
    case FAIL_ON: atomic_store(&failing, 1); /* fall through */
    case FAIL:
        if (!can_fail) return GO;
        errno = planned_errno;
        return REFUSE;
    case SHORT: return can_fail ? HALF : GO;
    default: return GO;
    }
}


static ssize_t writing(int file, const char *path, const void *bytes, size_t count, off_t offset, int has_offset) {
    uint64_t number;
    pthread_mutex_lock(&order);
    off_t place = has_offset ? offset : lseek(file, 0, SEEK_CUR);
    if (!has_offset && (fcntl(file, F_GETFL) & O_APPEND)) place = lseek(file, 0, SEEK_END);
    enum verdict verdict = next(&number, 1);
    ssize_t done = -1;
    int error = errno;
    if (verdict == HALF && count < 2) { verdict = REFUSE; error = ENOSPC; }
    if (verdict != REFUSE) {
        size_t wanted = verdict == HALF ? count / 2 : count;
        if (verdict == HALF) { atomic_store(&failing, 1); planned_errno = ENOSPC; }
        done = has_offset ? syscall(SYS_pwrite64, file, bytes, wanted, offset) : syscall(SYS_write, file, bytes, wanted);
        error = errno;
    }
    note('w', path, (uint64_t)place, done > 0 ? bytes : NULL, done > 0 ? (uint64_t)done : 0, done, number);
    if (verdict == GO_THEN_DIE) die();
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

/* A send to a socket: only the first after a sync counts. The caller sends, and dies when it is told so. */
static enum verdict sending(int file) {
    struct stat state;
    pthread_once(&once, start);
    if (!root_count || !atomic_load(&synced) || fstat(file, &state) != 0 || !S_ISSOCK(state.st_mode)) return GO;
    if (!atomic_exchange(&synced, 0)) return GO;
    uint64_t number;
    pthread_mutex_lock(&order);
    enum verdict verdict = next(&number, 0);
    note('s', "", 0, NULL, 0, 0, number);
    pthread_mutex_unlock(&order);
    return verdict;
}

static ssize_t sent(enum verdict verdict, ssize_t result) {
    if (verdict == GO_THEN_DIE) die();
    return result;
}

ssize_t write(int file, const void *bytes, size_t count) {
    char path[PATH_MAX];
    if (path_of(file, path)) return writing(file, path, bytes, count, 0, 0);
    enum verdict verdict = sending(file);
    return sent(verdict, syscall(SYS_write, file, bytes, count));
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    char path[PATH_MAX];
    if (path_of(file, path)) return writing(file, path, bytes, count, offset, 1);
    return syscall(SYS_pwrite64, file, bytes, count, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

ssize_t writev(int file, const struct iovec *parts, int count) {
    char path[PATH_MAX];
    if (path_of(file, path)) {
        ssize_t all = 0;
        for (int i = 0; i < count; i++) {
            ssize_t done = writing(file, path, parts[i].iov_base, parts[i].iov_len, 0, 0);
            if (done < 0) return all ? all : done;
            all += done;
            if ((size_t)done < parts[i].iov_len) return all;
        }
        return all;
    }
    enum verdict verdict = sending(file);
    return sent(verdict, syscall(SYS_writev, file, parts, count));
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
    ssize_t all = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = pwrite64(file, parts[i].iov_base, parts[i].iov_len, offset + all);
        if (done < 0) return all ? all : done;
        all += done;
        if ((size_t)done < parts[i].iov_len) return all;
    }
    return all;
}
ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
    return pwritev64(file, parts, count, offset);
}

ssize_t send(int file, const void *bytes, size_t count, int flags) {
    enum verdict verdict = sending(file);
    return sent(verdict, syscall(SYS_sendto, file, bytes, count, flags, NULL, 0));
}
ssize_t sendto(int file, const void *bytes, size_t count, int flags, const struct sockaddr *to, socklen_t length) {
    enum verdict verdict = sending(file);
    return sent(verdict, syscall(SYS_sendto, file, bytes, count, flags, to, length));
}
ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
    enum verdict verdict = sending(file);
    return sent(verdict, syscall(SYS_sendmsg, file, message, flags));
}

static int syncing(int file, long call) {
    char path[PATH_MAX];
    if (!path_of(file, path)) return (int)syscall(call, file);
    uint64_t number;
    pthread_mutex_lock(&order);
    enum verdict verdict = next(&number, 1);
    int error = errno, done = -1;
    if (verdict == HALF) { verdict = REFUSE; error = EIO; }
    if (verdict != REFUSE) { done = (int)syscall(call, file); error = errno; }
    note('y', path, 0, NULL, 0, done, number);
    if (verdict == GO_THEN_DIE) die();
    if (done == 0) atomic_store(&synced, 1);
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}
int fsync(int file) { return syncing(file, SYS_fsync); }
int fdatasync(int file) { return syncing(file, SYS_fdatasync); }

int ftruncate64(int file, off64_t length) {
    char path[PATH_MAX];
    if (!path_of(file, path)) return (int)syscall(SYS_ftruncate, file, length);
    uint64_t number;
    pthread_mutex_lock(&order);
    enum verdict verdict = next(&number, 1);
    int error = errno, done = -1;
    if (verdict == HALF) { verdict = REFUSE; error = EIO; }
    if (verdict != REFUSE) { done = (int)syscall(SYS_ftruncate, file, length); error = errno; }
    note('t', path, (uint64_t)length, NULL, 0, done, number);
    if (verdict == GO_THEN_DIE) die();
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fallocate64(int file, int mode, off64_t offset, off64_t length) {
    char path[PATH_MAX];
    if (!path_of(file, path)) return (int)syscall(SYS_fallocate, file, mode, offset, length);
    uint64_t number;
    pthread_mutex_lock(&order);
    enum verdict verdict = next(&number, 1);
    int error = errno, done = -1;
    if (verdict == HALF) { verdict = REFUSE; error = ENOSPC; }
    if (verdict != REFUSE) { done = (int)syscall(SYS_fallocate, file, mode, offset, length); error = errno; }
    note('a', path, (uint64_t)(offset + length), NULL, 0, done, number);
    if (verdict == GO_THEN_DIE) die();
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}
int fallocate(int file, int mode, off_t offset, off_t length) { return fallocate64(file, mode, offset, length); }
int posix_fallocate64(int file, off64_t offset, off64_t length) {
    return fallocate64(file, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate(int file, off_t offset, off_t length) { return posix_fallocate64(file, offset, length); }

int rename(const char *from, const char *to) {
    char pair[2 * PATH_MAX];
    pthread_once(&once, start);
    if (!root_count || !is_ours(from)) return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
    uint64_t number;
    pthread_mutex_lock(&order);
    enum verdict verdict = next(&number, 1);
    int error = errno, done = -1;
    if (verdict == HALF) { verdict = REFUSE; error = ENOSPC; }
    if (verdict != REFUSE) { done = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to); error = errno; }
    snprintf(pair, sizeof pair, "%s\n%s", from, to);
    note('r', pair, 0, NULL, 0, done, number);
    if (verdict == GO_THEN_DIE) die();
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int unlink(const char *path) {
    pthread_once(&once, start);
    if (!root_count || !is_ours(path)) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    uint64_t number;
    pthread_mutex_lock(&order);
    enum verdict verdict = next(&number, 1);
    int error = errno, done = -1;
    if (verdict == HALF) { verdict = REFUSE; error = EIO; }
    if (verdict != REFUSE) { done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0); error = errno; }
    note('u', path, 0, NULL, 0, done, number);
    if (verdict == GO_THEN_DIE) die();
    pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

static int opening(int folder, const char *path, int flags, mode_t mode) {
    pthread_once(&once, start);
    struct stat state;
    int is_new = root_count && (flags & O_CREAT) && folder == AT_FDCWD && is_ours(path)
        && syscall(SYS_newfstatat, AT_FDCWD, path, &state, 0) != 0;
    int is_cut = root_count && (flags & O_TRUNC) && is_ours(path);
    int file = (int)syscall(SYS_openat, folder, path, flags, mode);
    int error = errno;
    if (file >= 0 && (is_new || is_cut)) {
        pthread_mutex_lock(&order);
        note(is_new ? 'c' : 't', path, 0, NULL, 0, 0, 0);
        pthread_mutex_unlock(&order);
    }
    errno = error;
    return file;
}
#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE(flags) return opening(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opening(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return opening(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return opening(folder, path, flags, mode); }
