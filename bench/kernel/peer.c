/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer of the kernel benchmarks: libbpf in C. One request a line on standard input, one line of numbers back.
 *
 *   lookup COUNT          nanoseconds a look-up in a hash
 *   load FILE             microseconds to open, load and close an object
 *   ring MILLISECONDS     events read, microseconds that it took, microseconds of CPU
 *   produce ID MILLISECONDS   runs a program without end on another CPU; answers when the time is over
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned long long events, total;
static const char *object_file;

static unsigned long long now(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static struct bpf_object *load(const char *file)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	if (libbpf_get_error(object) || bpf_object__load(object))
		exit(1);
	return object;
}

static void lookup(unsigned count)
{
	static int fd = -1;
	unsigned long long value, from;
	if (fd < 0) {
		fd = bpf_map_create(BPF_MAP_TYPE_HASH, "table", 4, 8, 16384, NULL);
		for (unsigned key = 0; key < 4000; key++) {
			value = key;
			bpf_map_update_elem(fd, &key, &value, 0);
		}
	}
	from = now(CLOCK_MONOTONIC);
	for (unsigned at = 0; at < count; at++) {
		unsigned key = at % 4000;
		bpf_map_lookup_elem(fd, &key, &value);
		total += value;
	}
	printf("%f\n", (double)(now(CLOCK_MONOTONIC) - from) / count);
}

static void load_once(const char *file)
{
	unsigned long long from = now(CLOCK_MONOTONIC);
	struct bpf_object *object = load(file);
	bpf_object__close(object);
	printf("%f\n", (now(CLOCK_MONOTONIC) - from) / 1000.0);
}

/* On the second CPU where there is one: the first is the reader's. */
static void produce(int program, unsigned milliseconds)
{
	unsigned char packet[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet), .repeat = 64);
	unsigned long long end = now(CLOCK_MONOTONIC) + milliseconds * 1000000ULL;
	cpu_set_t cpus;
	CPU_ZERO(&cpus);
	CPU_SET(1, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	while (now(CLOCK_MONOTONIC) < end)
		if (bpf_prog_test_run_opts(program, &options))
			return;
}

static int count(void *context, void *data, size_t size)
{
	events++;
	total += *(unsigned long long *)data;
	return 0;
}

static void ring(unsigned milliseconds)
{
	struct bpf_object *object = load(object_file);
	int program = bpf_program__fd(bpf_object__find_program_by_name(object, "produce"));
	struct ring_buffer *ring =
		ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), count, NULL, NULL);
	pid_t child = fork();
	if (child == 0) {
		produce(program, milliseconds);
		_exit(0);
	}
	unsigned long long from = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	unsigned long long end = from + milliseconds * 1000000ULL;
	events = 0;
	while (now(CLOCK_MONOTONIC) < end)
		ring_buffer__poll(ring, 10);
	printf("%llu %f %f\n", events, (now(CLOCK_MONOTONIC) - from) / 1000.0,
		   (now(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1000.0);
	waitpid(child, NULL, 0);
	ring_buffer__free(ring);
	bpf_object__close(object);
}

int main(int argument_count, char **arguments)
{
	static char line[4096], text[4096];
	unsigned one, other;
	object_file = argument_count > 1 ? arguments[1] : "";
	libbpf_set_print(NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "lookup %u", &one) == 1)
			lookup(one);
		else if (sscanf(line, "load %4095s", text) == 1)
			load_once(text);
		else if (sscanf(line, "ring %u", &one) == 1)
			ring(one);
		else if (sscanf(line, "produce %u %u", &one, &other) == 2) {
			int program = bpf_prog_get_fd_by_id(one);
			produce(program, other);
			close(program);
			printf("0\n");
		}
	}
	return total == 42;
}
