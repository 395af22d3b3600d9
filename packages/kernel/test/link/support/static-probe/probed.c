/* Fires two static probes as often as it is told. The second one only while somebody watches it. */
#include <stdlib.h>

/*
 * A place to wait at, and a note that says where it is and where its arguments are. The note has three 8-byte
 * addresses: the place, a base that tells whether the file was moved, and the counter of those who watch.
 */
#define NOTE(name, counter, arguments)                                   \
  "770: nop\n"                                                           \
  ".pushsection .note.stapsdt, \"\", @note\n"                            \
  ".balign 4\n.4byte 772f - 771f, 774f - 773f, 3\n"                      \
  "771: .asciz \"stapsdt\"\n"                                            \
  "772: .balign 4\n"                                                     \
  "773: .8byte 770b, note_base, " counter "\n"                           \
  ".asciz \"skep\", \"" name "\", \"" arguments "\"\n"                   \
  "774: .balign 4\n.popsection\n"

__asm__(".pushsection .stapsdt.base, \"a\", @progbits\nnote_base: .space 1\n.popsection\n");

unsigned short watchers __attribute__((section(".probes"), used));

int main(int count, char **texts) {
  long times = count > 1 ? atol(texts[1]) : 1;
  for (long turn = 1; turn <= times; turn++) {
    long far = -turn * 1000000007L;
    volatile short near = 7;
    volatile signed char small = -3;
    volatile long value = 20;
    __asm__ volatile(NOTE("fired", "0", "-8@%0 4@%1 -4@%2 2@%3 -1@%4")
                     :
                     : "r"(far), "r"((unsigned)turn), "i"(-9), "m"(near), "m"(small));
    if (watchers > 0) {
      __asm__ volatile(NOTE("watched", "watchers", "8@%0") : : "m"(value) : "memory");
    }
  }
  return watchers;
}
