/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads object files through libbpf and tells what the kernel made of them. One line a program: "program", its name,
 * its translated instructions in hex digits, then for each of its maps "id:type:key:value:entries:flags:bytes", the bytes for arrays of
 * one entry. Before them "object", the file and the error number of loading it.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return getenv("ORACLE_VERBOSE") ? vfprintf(stderr, format, arguments) : 0;
}

static void print_map(unsigned id)
{
	struct bpf_map_info info = {};
	unsigned size = sizeof(info);
	int fd = bpf_map_get_fd_by_id(id);
	bpf_obj_get_info_by_fd(fd, &info, &size);
	printf("\t%u:%u:%u:%u:%u:%u:", id, info.type, info.key_size, info.value_size, info.max_entries, info.map_flags);
	static unsigned char value[1 << 16];
	unsigned key = 0;
	if (info.type == BPF_MAP_TYPE_ARRAY && info.max_entries == 1 && !bpf_map_lookup_elem(fd, &key, value))
		for (unsigned at = 0; at < info.value_size; at++)
			printf("%02x", value[at]);
}

static void print_program(struct bpf_program *program)
{
	static unsigned char code[1 << 20];
	static unsigned maps[64];
	struct bpf_prog_info info = {};
	unsigned size = sizeof(info);
	info.xlated_prog_insns = (unsigned long)code;
	info.xlated_prog_len = sizeof(code);
	info.map_ids = (unsigned long)maps;
	info.nr_map_ids = 64;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		return;
	printf("program\t%s\t", bpf_program__name(program));
	for (unsigned at = 0; at < info.xlated_prog_len; at++)
		printf("%02x", code[at]);
	for (unsigned at = 0; at < info.nr_map_ids; at++)
		print_map(maps[at]);
	putchar('\n');
}

int main(int count, char **arguments)
{
	libbpf_set_print(quiet);
	for (int at = 1; at < count; at++) {
		struct bpf_object *object = bpf_object__open_file(arguments[at], NULL);
		long error = libbpf_get_error(object);
		if (!error)
			error = bpf_object__load(object);
		printf("object\t%s\t%ld\n", arguments[at], error);
		if (!error) {
			struct bpf_program *program;
			bpf_object__for_each_program(program, object) if (bpf_program__autoload(program))
				print_program(program);
		}
		if (object && !libbpf_get_error(object))
			bpf_object__close(object);
	}
	return 0;
}
