/* Faults between a process and its disk, for tests: preloaded, it counts the calls that change a
   folder, and at the n-th one kills the process, or makes the call fail. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, KILL_BEFORE, KILL_AFTER, TEAR, EIO_ONCE, FULL };

static char folder[4096], last[4200];
static int mode, at, calls;

void fault_arm(const char *where, int how, int when) {
  snprintf(folder, sizeof folder, "%s/", where);
  mode = how;
  at = when;
  calls = 0;
}

int fault_calls(void) { return calls; }
const char *fault_last(void) { return last; }

/* Whether this call is the one: counts it if it is of the folder. Kills are before and after what
   orders or names things (fsync, rename, truncation, deletion), and in the middle of writes. */
static int due(const char *name, const char *path) {
  int writes = strstr(name, "write") != 0;
  if (!folder[0] || strncmp(path, folder, strlen(folder) - 1)) return 0;
  if ((mode == KILL_BEFORE || mode == KILL_AFTER) && writes) return 0;
  if ((mode == TEAR || mode == FULL) && !writes) return 0;
  calls++;
  if (mode == FULL ? calls < at : calls != at) return 0;
  snprintf(last, sizeof last, "%s %s", name, path);
  return 1;
}

static int due_fd(const char *name, int fd) {
  char link[64], path[4096];
  if (!folder[0]) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return due(name, path);
}

static int fails(void) {
  if (mode == KILL_BEFORE) kill(getpid(), SIGKILL);
  if (mode == EIO_ONCE) errno = EIO;
  if (mode == FULL) errno = ENOSPC;
  return mode == EIO_ONCE || mode == FULL;
}

static void after(void) {
  if (mode == KILL_AFTER || mode == TEAR) kill(getpid(), SIGKILL);
}

#define REAL(name, type, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define WRAP(name, type, given, passed, test) \
  type name given { \
    static type (*real) given; \
    if (!real) real = (type (*) given)dlsym(RTLD_NEXT, #name); \
    int now = test; \
    if (now && fails()) return -1; \
    type result = real passed; \
    if (now) { int kept = errno; after(); errno = kept; } \
    return result; \
  }

/* A torn write leaves half of the bytes behind. */
#define HALF(size) (now && mode == TEAR ? (size) / 2 : (size))

ssize_t write(int fd, const void *data, size_t size) {
  REAL(write, ssize_t, int, const void *, size_t);
  int now = due_fd("write", fd);
  if (now && fails()) return -1;
  ssize_t result = real(fd, data, HALF(size));
  if (now) after();
  return result;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t place) {
  REAL(pwrite64, ssize_t, int, const void *, size_t, off64_t);
  int now = due_fd("pwrite", fd);
  if (now && fails()) return -1;
  ssize_t result = real(fd, data, HALF(size), place);
  if (now) after();
  return result;
}

WRAP(fsync, int, (int fd), (fd), due_fd("fsync", fd))
WRAP(fdatasync, int, (int fd), (fd), due_fd("fdatasync", fd))
WRAP(ftruncate64, int, (int fd, off64_t size), (fd, size), due_fd("ftruncate", fd))
WRAP(mkdir, int, (const char *path, mode_t rights), (path, rights), due("mkdir", path))
WRAP(rename, int, (const char *from, const char *to), (from, to), due("rename", to))
WRAP(unlink, int, (const char *path), (path), due("unlink", path))
WRAP(rmdir, int, (const char *path), (path), due("rmdir", path))
WRAP(unlinkat, int, (int fd, const char *path, int flags), (fd, path, flags), due_fd("unlinkat", fd))
