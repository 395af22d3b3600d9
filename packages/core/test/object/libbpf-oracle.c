/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says what libbpf makes of object files: maps and programs as opened, and the instructions it hands to the kernel.
 * Built and read by libbpf-oracle.ts. One line a fact; fields are separated by tabs. "open" before a file leaves out
 * loading; "btf" before a file says that it holds nothing but type information, for the kernel to take.
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return getenv("ORACLE_VERBOSE") ? vfprintf(stderr, format, arguments) : 0;
}

static void print_hex(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		printf("%02x", ((const unsigned char *)bytes)[i]);
	putchar('\n');
}

static void print_maps(struct bpf_object *object)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, object) {
		size_t size = 0;
		const void *initial = bpf_map__initial_value(map, &size);
		printf("map\t%s\t%u\t%u\t%u\t%u\t%u\t%llu\t%u\t%d\t%d\t%d\t", bpf_map__name(map), bpf_map__type(map),
		       bpf_map__key_size(map), bpf_map__value_size(map), bpf_map__max_entries(map),
		       bpf_map__map_flags(map), (unsigned long long)bpf_map__map_extra(map), bpf_map__numa_node(map),
		       bpf_map__pin_path(map) != NULL, bpf_map__is_internal(map), bpf_map__inner_map(map) != NULL);
		print_hex(initial, initial ? size : 0);
		struct bpf_map *inner = bpf_map__inner_map(map);
		if (inner)
			printf("inner\t%s\t%u\t%u\t%u\t%u\t%u\n", bpf_map__name(map), bpf_map__type(inner), bpf_map__key_size(inner),
			       bpf_map__value_size(inner), bpf_map__max_entries(inner), bpf_map__map_flags(inner));
	}
}

static void print_programs(struct bpf_object *object)
{
	struct bpf_program *program;
	bpf_object__for_each_program(program, object)
		printf("program\t%s\t%s\t%d\t%d\t%d\n", bpf_program__name(program), bpf_program__section_name(program),
		       bpf_program__type(program), bpf_program__expected_attach_type(program),
		       bpf_program__autoload(program));
}

static void load(struct bpf_object *object)
{
	struct bpf_program *program;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, 1);
	int error = bpf_object__load(object);
	printf("load\t%d\n", error);
	if (error)
		return;
	bpf_object__for_each_program(program, object) {
		printf("code\t%s\t", bpf_program__name(program));
		print_hex(bpf_program__insns(program), bpf_program__insn_cnt(program) * sizeof(struct bpf_insn));
	}
}

static void load_btf(const char *name)
{
	static char bytes[1 << 20];
	FILE *file = fopen(name, "rb");
	size_t size = file ? fread(bytes, 1, sizeof(bytes), file) : 0;
	struct btf *btf = btf__new(bytes, size);
	long error = libbpf_get_error(btf);
	if (!error) {
		error = btf__load_into_kernel(btf);
		btf__free(btf);
	}
	if (file)
		fclose(file);
	printf("btf\t%s\t%ld\n", name, error);
}

int main(int count, char **arguments)
{
	int open_only = 0;
	libbpf_set_print(quiet);
	for (int i = 1; i < count; i++) {
		if (!strcmp(arguments[i], "open")) {
			open_only = 1;
			continue;
		}
		if (!strcmp(arguments[i], "btf")) {
			load_btf(arguments[++i]);
			continue;
		}
		LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "o");
		struct bpf_object *object = bpf_object__open_file(arguments[i], &options);
		printf("object\t%s\t%ld\n", arguments[i], libbpf_get_error(object));
		if (!libbpf_get_error(object)) {
			print_maps(object);
			print_programs(object);
			if (!open_only)
				load(object);
			bpf_object__close(object);
		}
		open_only = 0;
	}
	return 0;
}
