/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says what libbpf makes of CO-RE relocations: arguments are pairs of a BTF file and an object. Programs are not given
 * to the kernel: the callback that libbpf calls before it would do so prints their instructions. One line a program,
 * fields separated by tabs: number of the pair, name, error number, instructions in hex digits.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return getenv("ORACLE_VERBOSE") ? vfprintf(stderr, format, arguments) : 0;
}

static int seen;

static int print_code(struct bpf_program *program, struct bpf_prog_load_opts *options, long cookie)
{
	const unsigned char *bytes = (const void *)bpf_program__insns(program);
	size_t size = bpf_program__insn_cnt(program) * sizeof(struct bpf_insn);
	seen = 1;
	printf("0\t");
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
	return -ECANCELED;
}

static struct bpf_object *open_object(const char *btf, const char *file)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .btf_custom_path = btf);
	struct bpf_object *object = bpf_object__open_file(file, &options);
	if (libbpf_get_error(object)) {
		fprintf(stderr, "cannot open %s\n", file);
		exit(1);
	}
	return object;
}

static void relocate(int pair, const char *btf, const char *file, const char *name)
{
	struct bpf_object *object = open_object(btf, file);
	struct bpf_program *program;
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, 0);
	program = bpf_object__find_program_by_name(object, name);
	bpf_program__set_autoload(program, 1);
	printf("%d\t%s\t", pair, name);
	seen = 0;
	int error = bpf_object__load(object);
	if (!seen)
		printf("%d\t\n", error);
	bpf_object__close(object);
}

int main(int count, char **arguments)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, handler, .prog_prepare_load_fn = print_code);
	libbpf_set_print(quiet);
	if (libbpf_register_prog_handler("socket", BPF_PROG_TYPE_SOCKET_FILTER, 0, &handler) < 0)
		return 1;
	for (int i = 1; i + 1 < count; i += 2) {
		struct bpf_object *object = open_object(arguments[i], arguments[i + 1]);
		struct bpf_program *program;
		bpf_object__for_each_program(program, object)
			relocate(i / 2, arguments[i], arguments[i + 1], bpf_program__name(program));
		bpf_object__close(object);
	}
	return 0;
}
