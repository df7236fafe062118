/*
 * Sets the clock of one process and leaves the steady clocks alone: loaded in front of the C library (LD_PRELOAD).
 *
 * JXC_CLOCK names a file, read again at every call: the seconds by which the clock is wrong, such as 3600 or -86400, or
 * `frozen` and a time in seconds since 1970 at which the clock stands. No file, or an empty one, is the true time.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct timespec shifted(struct timespec now) {
    char text[48] = {0};
    const char *path = getenv("JXC_CLOCK");
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return now;
    long count = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    if (count <= 0) return now;
    if (strncmp(text, "frozen ", 7) == 0) return (struct timespec){.tv_sec = atoll(text + 7)};
    now.tv_sec += atoll(text);
    return now;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) *time = shifted(*time);
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    if (result == 0) *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return result;
}

time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}
