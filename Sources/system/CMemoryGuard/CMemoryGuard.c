#include "CMemoryGuard.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

// glibc's own, under the names that it keeps for programs that replace the others.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static int is_armed;

static void *answer(void *memory, size_t size) {
  // More than any machine has is a damaged number: whoever asks for that has to live with the refusal.
  if (memory || !is_armed || size == 0 || size > (size_t)1 << 46) return memory;
  static const char words[] = "indexd-worker: out of memory\n";
  // Where nobody reads it, the exit status is left.
  if (write(2, words, sizeof words - 1) < 0) _exit(71);
  _exit(71);
}

void memory_guard_arm(void) {
  is_armed = 1;
  // Pieces that a thread freed lately it finds again by itself; a second list of them is walked whenever a large piece becomes free.
  mallopt(M_MXFAST, 0);
}

void *malloc(size_t size) { return answer(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) {
  size_t all = 0;
  if (__builtin_mul_overflow(count, size, &all)) all = SIZE_MAX;
  return answer(__libc_calloc(count, size), all);
}

void *realloc(void *memory, size_t size) { return answer(__libc_realloc(memory, size), size); }

// libavutil wants every packet aligned. For that glibc cuts a larger piece to size, and passes over the pieces of a thread
// that were freed lately, of which the last of a size most often lies as it should.
static void *aligned(size_t alignment, size_t size) {
  enum { largest_kept = 1032 };
  if (size <= largest_kept) {
    void *made = __libc_malloc(size);
    if (((uintptr_t)made & (alignment - 1)) == 0) return made;
    __libc_free(made);
  }
  return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) { return answer(__libc_memalign(alignment, size), size); }

void *aligned_alloc(size_t alignment, size_t size) { return answer(__libc_memalign(alignment, size), size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  const int before = errno;
  void *made = answer(aligned(alignment, size), size);
  errno = before;
  if (!made && size != 0) return ENOMEM;
  *memory = made;
  return 0;
}
