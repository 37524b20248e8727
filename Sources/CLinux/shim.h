// What Linux offers and Swift's module of the C library leaves out.
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

/// A descriptor that becomes readable when the process ends, or −1 with errno set: ENOSYS before
/// Linux 5.3. Called by its number, since older C libraries have no name for it.
static inline int process_descriptor(int process) {
#ifdef SYS_pidfd_open
  return (int)syscall(SYS_pidfd_open, process, 0);
#else
  return (int)syscall(434, process, 0);
#endif
}
