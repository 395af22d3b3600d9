/*
 * The kernel as an oracle for tests: a thin text front to bpf(2). One request a line on standard input, one answer a
 * line on standard output. Words are decimal numbers or hexadecimal bytes ("-" for none). An answer begins with 0, a
 * file descriptor, or a negative error number.
 *
 *   cpus                                                       number of possible CPUs
 *   create TYPE KEY VALUE MAX FLAGS INNER_FD EXTRA             fd
 *   close FD                                                   0
 *   lookup FD KEY VALUE_SIZE FLAGS                             0 VALUE     take: lookup and delete
 *   update FD KEY VALUE FLAGS                                  0
 *   delete FD KEY                                              0
 *   next FD KEY KEY_SIZE                                       0 NEXT_KEY
 *   dump FD KEY_SIZE VALUE_SIZE                                0 [KEY VALUE]...
 *   batch FD COUNT KEYS VALUES FLAGS                           0 COUNT     updates in one system call
 *   freeze FD                                                  0
 *   btf BYTES                                                  fd
 *   load TYPE ATTACH_TYPE FLAGS LICENSE CODE BTF_FD FUNCTIONS  fd, or -errno LOG; FUNCTIONS: bpf_func_info records
 *   trace (as load)                                            0 LOG       of level 2; the program is not kept
 *   run FD REPEAT FLAGS CPU DATA CTX                           0 RETVAL DURATION DATA CTX
 *   ring FD SIZE                                               0 [RECORD]...   what the ring buffer holds now
 *   perf_open FD CPUS PAGES                                    0         a reader for each CPU
 *   perf_read FD                                               0 LOST [CPU RECORD]...
 *
 * Everything is closed when standard input ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BYTES(pointer) ((uint64_t)(uintptr_t)(pointer))

enum { LARGEST = 1 << 20, LOG_SIZE = 1 << 22, READERS = 256 };

static uint8_t first[LARGEST], second[LARGEST], third[LARGEST];
static char *words[16];

struct ring_view {
  int fd;
  volatile uint64_t *consumer;
  volatile uint64_t *producer;
  uint8_t *data;
  uint64_t size;
};
static struct ring_view rings[READERS];

struct perf_reader {
  int map, event, cpu;
  uint8_t *base;
  uint64_t size;
};
static struct perf_reader readers[READERS];
static int reader_count;

static long call_bpf(int command, union bpf_attr *attr) {
  long result = syscall(SYS_bpf, command, attr, sizeof *attr);
  return result < 0 ? -errno : result;
}

static int number(int word) { return (int)strtoll(words[word], NULL, 0); }
static uint64_t wide(int word) { return strtoull(words[word], NULL, 0); }

static int digit(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

/* Decodes a word into `to` and gives the number of bytes. */
static size_t bytes(int word, uint8_t *to) {
  const char *text = words[word];
  size_t count = 0;
  if (*text == '-') return 0;
  for (; text[0] && text[1] && count < LARGEST; text += 2) to[count++] = digit(text[0]) << 4 | digit(text[1]);
  return count;
}

static void put_bytes(const uint8_t *from, size_t count) {
  static const char digits[] = "0123456789abcdef";
  putchar_unlocked(' ');
  if (count == 0) putchar_unlocked('-');
  for (size_t at = 0; at < count; at++) {
    putchar_unlocked(digits[from[at] >> 4]);
    putchar_unlocked(digits[from[at] & 15]);
  }
}

/* CPUs that may ever be there, for which per-CPU maps have values: the last number of a list such as "0-3". */
static int possible_cpus(void) {
  char text[256] = "";
  FILE *file = fopen("/sys/devices/system/cpu/possible", "r");
  if (!file) return sysconf(_SC_NPROCESSORS_CONF);
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  while (size > 0 && strchr("0123456789", text[size - 1]) == NULL) text[--size] = 0;
  while (size > 0 && strchr("0123456789", text[size - 1]) != NULL) size--;
  return atoi(text + size) + 1;
}

static void create(void) {
  union bpf_attr attr = {0};
  attr.map_type = number(1);
  attr.key_size = (uint32_t)wide(2);
  attr.value_size = (uint32_t)wide(3);
  attr.max_entries = (uint32_t)wide(4);
  attr.map_flags = (uint32_t)wide(5);
  attr.inner_map_fd = number(6);
  attr.map_extra = wide(7);
  printf("%ld", call_bpf(BPF_MAP_CREATE, &attr));
}

/* KEY in word 2; a map without keys takes none. */
static void set_key(union bpf_attr *attr) {
  attr->map_fd = number(1);
  attr->key = bytes(2, first) == 0 ? 0 : BYTES(first);
}

static void lookup(int command) {
  union bpf_attr attr = {0};
  size_t size = number(3);
  if (size > LARGEST) {
    printf("%d -", -E2BIG);
    return;
  }
  set_key(&attr);
  attr.value = BYTES(second);
  attr.flags = wide(4);
  memset(second, 0, size);
  long result = call_bpf(command, &attr);
  printf("%ld", result);
  put_bytes(second, size);
}

static void update(void) {
  union bpf_attr attr = {0};
  set_key(&attr);
  bytes(3, second);
  attr.value = BYTES(second);
  attr.flags = wide(4);
  printf("%ld", call_bpf(BPF_MAP_UPDATE_ELEM, &attr));
}

static void delete(void) {
  union bpf_attr attr = {0};
  set_key(&attr);
  printf("%ld", call_bpf(BPF_MAP_DELETE_ELEM, &attr));
}

static void next(void) {
  union bpf_attr attr = {0};
  set_key(&attr);
  attr.next_key = BYTES(second);
  long result = call_bpf(BPF_MAP_GET_NEXT_KEY, &attr);
  printf("%ld", result);
  if (result == 0) put_bytes(second, number(3));
}

static void dump(void) {
  size_t key_size = number(2), value_size = number(3);
  union bpf_attr attr = {0};
  attr.map_fd = number(1);
  printf("0");
  for (;;) {
    attr.next_key = BYTES(second);
    if (call_bpf(BPF_MAP_GET_NEXT_KEY, &attr) != 0) return;
    memcpy(first, second, key_size);
    union bpf_attr get = {0};
    get.map_fd = number(1);
    get.key = BYTES(first);
    get.value = BYTES(third);
    if (call_bpf(BPF_MAP_LOOKUP_ELEM, &get) == 0) {
      put_bytes(first, key_size);
      put_bytes(third, value_size);
    }
    attr.key = BYTES(first);
  }
}

static void batch(void) {
  union bpf_attr attr = {0};
  attr.batch.map_fd = number(1);
  attr.batch.count = number(2);
  bytes(3, first);
  bytes(4, second);
  attr.batch.keys = BYTES(first);
  attr.batch.values = BYTES(second);
  attr.batch.elem_flags = wide(5);
  long result = call_bpf(BPF_MAP_UPDATE_BATCH, &attr);
  printf("%ld %u", result, attr.batch.count);
}

static void freeze(void) {
  union bpf_attr attr = {0};
  attr.map_fd = number(1);
  printf("%ld", call_bpf(BPF_MAP_FREEZE, &attr));
}

static void btf(void) {
  union bpf_attr attr = {0};
  attr.btf_size = bytes(1, first);
  attr.btf = BYTES(first);
  printf("%ld", call_bpf(BPF_BTF_LOAD, &attr));
}

/* The log of a load at a level into a buffer that stays. The program is not kept. */
static char *log_of(union bpf_attr *attr, unsigned level) {
  static char log[LOG_SIZE];
  log[0] = 0;
  attr->log_buf = BYTES(log);
  attr->log_size = LOG_SIZE;
  attr->log_level = level;
  long again = call_bpf(BPF_PROG_LOAD, attr);
  if (again >= 0) close(again);
  return log;
}

static void load(void) {
  size_t size = bytes(5, first);
  union bpf_attr attr = {0};
  attr.prog_type = number(1);
  attr.expected_attach_type = number(2);
  attr.prog_flags = number(3);
  attr.license = BYTES(words[4]);
  attr.insns = BYTES(first);
  attr.insn_cnt = size / 8;
  attr.prog_btf_fd = number(6);
  attr.func_info_cnt = bytes(7, second) / sizeof(struct bpf_func_info);
  attr.func_info_rec_size = attr.func_info_cnt == 0 ? 0 : sizeof(struct bpf_func_info);
  attr.func_info = attr.func_info_cnt == 0 ? 0 : BYTES(second);
  if (strcmp(words[0], "trace") == 0) {
    char *log = log_of(&attr, 2);
    printf("0");
    put_bytes((uint8_t *)log, strlen(log));
    return;
  }
  long result = call_bpf(BPF_PROG_LOAD, &attr);
  printf("%ld", result);
  if (result >= 0) return;
  char *log = log_of(&attr, 1);
  put_bytes((uint8_t *)log, strlen(log));
}

static void run(void) {
  union bpf_attr attr = {0};
  attr.test.prog_fd = number(1);
  attr.test.repeat = number(2);
  attr.test.flags = number(3);
  attr.test.cpu = number(4);
  attr.test.data_size_in = bytes(5, first);
  attr.test.data_in = attr.test.data_size_in == 0 ? 0 : BYTES(first);
  attr.test.data_out = BYTES(second);
  attr.test.data_size_out = LARGEST;
  size_t context = bytes(6, third);
  if (context > 0) {
    attr.test.ctx_in = BYTES(third);
    attr.test.ctx_size_in = context;
    attr.test.ctx_out = BYTES(third);
    attr.test.ctx_size_out = context;
  }
  long result = call_bpf(BPF_PROG_TEST_RUN, &attr);
  printf("%ld", result);
  if (result < 0) return;
  printf(" %u %u", attr.test.retval, attr.test.duration);
  put_bytes(second, attr.test.data_size_out);
  put_bytes(third, context == 0 ? 0 : attr.test.ctx_size_out);
}

static struct ring_view *open_ring(int fd, uint64_t size) {
  static int count;
  for (int at = 0; at < count; at++) {
    if (rings[at].fd == fd && rings[at].size == size) return &rings[at];
  }
  if (count == READERS) return NULL;
  long page = sysconf(_SC_PAGESIZE);
  void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  uint8_t *producer = mmap(NULL, page + 2 * size, PROT_READ, MAP_SHARED, fd, page);
  if (consumer == MAP_FAILED || producer == MAP_FAILED) return NULL;
  rings[count] = (struct ring_view){fd, consumer, (volatile uint64_t *)producer, producer + page, size};
  return &rings[count++];
}

static void forget_ring(int fd) {
  long page = sysconf(_SC_PAGESIZE);
  for (int at = 0; at < READERS; at++) {
    if (rings[at].fd != fd || rings[at].size == 0) continue;
    munmap((void *)rings[at].consumer, page);
    munmap((void *)rings[at].producer, page + 2 * rings[at].size);
    rings[at].fd = -1;
  }
}

static void ring(void) {
  struct ring_view *view = open_ring(number(1), wide(2));
  if (!view) {
    printf("%d", -errno);
    return;
  }
  printf("0");
  uint64_t at = *view->consumer;
  while (at < *view->producer) {
    uint8_t *record = view->data + (at & (view->size - 1));
    uint32_t length = *(volatile uint32_t *)record;
    if (length & BPF_RINGBUF_BUSY_BIT) break;
    uint32_t size = length & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    if (!(length & BPF_RINGBUF_DISCARD_BIT)) put_bytes(record + BPF_RINGBUF_HDR_SZ, size);
    at += (size + BPF_RINGBUF_HDR_SZ + 7) & ~7ull;
  }
  *view->consumer = at;
}

static long open_reader(int map, int cpu, int pages) {
  struct perf_event_attr event = {0};
  event.type = PERF_TYPE_SOFTWARE;
  event.size = sizeof event;
  event.config = PERF_COUNT_SW_BPF_OUTPUT;
  event.sample_type = PERF_SAMPLE_RAW;
  event.sample_period = 1;
  event.wakeup_events = 1;
  if (reader_count == READERS) return -ENOSPC;
  int fd = syscall(SYS_perf_event_open, &event, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) return -errno;
  uint64_t page = sysconf(_SC_PAGESIZE);
  uint8_t *base = mmap(NULL, (pages + 1) * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (base == MAP_FAILED) return -errno;
  ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
  readers[reader_count++] = (struct perf_reader){map, fd, cpu, base, pages * page};
  union bpf_attr attr = {0};
  uint32_t key = cpu, value = fd;
  attr.map_fd = map;
  attr.key = BYTES(&key);
  attr.value = BYTES(&value);
  return call_bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

static void perf_open(void) {
  for (int cpu = 0; cpu < number(2); cpu++) {
    long result = open_reader(number(1), cpu, number(3));
    if (result < 0) {
      printf("%ld", result);
      return;
    }
  }
  printf("0");
}

/* Copies `count` bytes out of the ring, which may wrap. */
static void copy_perf(const struct perf_reader *reader, uint64_t at, uint8_t *to, size_t count) {
  const uint8_t *data = reader->base + sysconf(_SC_PAGESIZE);
  for (size_t i = 0; i < count; i++) to[i] = data[(at + i) & (reader->size - 1)];
}

static uint64_t drain_perf(struct perf_reader *reader, int print) {
  struct perf_event_mmap_page *head = (void *)reader->base;
  uint64_t lost = 0, at = head->data_tail, end = __atomic_load_n(&head->data_head, __ATOMIC_ACQUIRE);
  while (at < end) {
    struct perf_event_header header;
    copy_perf(reader, at, (uint8_t *)&header, sizeof header);
    copy_perf(reader, at + sizeof header, third, header.size - sizeof header);
    if (header.type == PERF_RECORD_LOST) lost += *(uint64_t *)(third + 8);
    if (header.type == PERF_RECORD_SAMPLE && print) {
      printf(" %d", reader->cpu);
      put_bytes(third + 4, *(uint32_t *)third);
    }
    at += header.size;
  }
  if (print) __atomic_store_n(&head->data_tail, end, __ATOMIC_RELEASE);
  return lost;
}

static void perf_read(void) {
  uint64_t lost = 0;
  for (int at = 0; at < reader_count; at++) {
    if (readers[at].map == number(1)) lost += drain_perf(&readers[at], 0);
  }
  printf("0 %llu", (unsigned long long)lost);
  for (int at = 0; at < reader_count; at++) {
    if (readers[at].map == number(1)) drain_perf(&readers[at], 1);
  }
}

static void close_perf(int map) {
  int kept = 0;
  for (int at = 0; at < reader_count; at++) {
    if (readers[at].map != map) {
      readers[kept++] = readers[at];
      continue;
    }
    munmap(readers[at].base, readers[at].size + sysconf(_SC_PAGESIZE));
    close(readers[at].event);
  }
  reader_count = kept;
}

static void close_fd(void) {
  forget_ring(number(1));
  close_perf(number(1));
  close(number(1));
  printf("0");
}

static void answer(int count) {
  struct { const char *name; int words; void (*action)(void); } commands[] = {
    {"create", 8, create}, {"close", 2, close_fd}, {"update", 5, update}, {"delete", 3, delete},
    {"next", 4, next}, {"dump", 4, dump}, {"batch", 6, batch}, {"freeze", 2, freeze}, {"load", 8, load},
    {"trace", 8, load},
    {"btf", 2, btf},
    {"run", 7, run}, {"ring", 3, ring}, {"perf_open", 4, perf_open}, {"perf_read", 2, perf_read},
  };
  for (size_t at = 0; at < sizeof commands / sizeof *commands; at++) {
    if (strcmp(words[0], commands[at].name) == 0 && count == commands[at].words) {
      commands[at].action();
      return;
    }
  }
  if (strcmp(words[0], "lookup") == 0 && count == 5) lookup(BPF_MAP_LOOKUP_ELEM);
  else if (strcmp(words[0], "take") == 0 && count == 5) lookup(BPF_MAP_LOOKUP_AND_DELETE_ELEM);
  else if (strcmp(words[0], "cpus") == 0) printf("%d", possible_cpus());
  else printf("%d", -EOPNOTSUPP);
}

int main(void) {
  struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
  cpu_set_t cpus;
  char *line = NULL;
  size_t capacity = 0;
  setrlimit(RLIMIT_MEMLOCK, &all);
  /* One CPU, so that programs and per-CPU values meet in the same place. */
  CPU_ZERO(&cpus);
  CPU_SET(0, &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  while (getline(&line, &capacity, stdin) > 0) {
    int count = 0;
    for (char *word = strtok(line, " \n"); word && count < 16; word = strtok(NULL, " \n")) words[count++] = word;
    if (count == 0) continue;
    answer(count);
    putchar('\n');
    /* Answers to requests that came together leave together. */
    int waiting = 0;
    if (ioctl(0, FIONREAD, &waiting) != 0 || waiting == 0) fflush(stdout);
  }
  return 0;
}
