"""What a model costs a program before it runs: bytes of data, and milliseconds of compile time. A file with many models is
compiled beside one with none, with optimisation, the best CPU time of some rounds each; sizes are those of the sections.

usage: model_cost.py INCLUDE_FOLDER [--compiler CC]... [--models N] [--check]
--check: 1 if a bar is missed; of the time, which a busy machine doubles, by a factor of three"""
import argparse
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

DATA_BAR, TIME_BAR = 2048, 10  # bytes, milliseconds: of one model

MODEL = """
typedef struct order{n} {{
    DYNOX_RECORD;
    const char *pk, *sk, *status, *address, *city;
    int64_t     quantity, version;
    double      total;
    time_t      created_at;
    bool        express;
}} order{n};
static const dynox_attribute order{n}_attributes[] = {{
    DYNOX_PARTITION_KEY(order{n}, pk), DYNOX_SORT_KEY(order{n}, sk),    DYNOX_STRING(order{n}, status),
    DYNOX_DOUBLE(order{n}, total),     DYNOX_INT(order{n}, quantity),   DYNOX_DATETIME(order{n}, created_at),
    DYNOX_BOOLEAN(order{n}, express),  DYNOX_STRING(order{n}, address), DYNOX_STRING(order{n}, city),
    DYNOX_VERSION(order{n}, version),
}};
DYNOX_MODEL(order{n}, .table = "orders")
dynox_future *save{n}(dynox_client *db, order{n} *it);
dynox_future *save{n}(dynox_client *db, order{n} *it) {{ return order{n}_save(db, it, NULL); }}
"""


def data_of(object_file):
    """The bytes of all sections that hold data."""
    told = subprocess.run(["size", "-A", object_file], stdout=subprocess.PIPE, text=True, check=True).stdout
    return sum(int(size) for section, size in re.findall(r"^(\.\S+)\s+(\d+)", told, re.M)
               if re.match(r"\.(data|rodata|bss|tdata|tbss)", section))


def cpu_seconds():
    """Of the compilers that have run."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost(compiler, include, folder, models):
    source, target = folder / f"models{models}.c", folder / "models.o"
    source.write_text("#include <dynox/dynox.h>\n" + "".join(MODEL.format(n=n) for n in range(models)))
    best = float("inf")
    for _ in range(7):
        before = cpu_seconds()
        subprocess.run([compiler, "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I", include, "-c", source, "-o", target],
                       check=True)
        best = min(best, cpu_seconds() - before)
    return data_of(target), best * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("include")
    parser.add_argument("--compiler", action="append")
    parser.add_argument("--models", type=int, default=50)
    parser.add_argument("--check", action="store_true")
    options, missed = parser.parse_args(), False
    for compiler in options.compiler or ["cc"]:
        with tempfile.TemporaryDirectory() as folder:
            none, many = (cost(compiler, options.include, pathlib.Path(folder), n) for n in (0, options.models))
        data, took = ((b - a) / options.models for a, b in zip(none, many))
        print(f"{compiler}: a model of ten attributes: {data:.0f} bytes of data (bar: {DATA_BAR}), {took:.1f} ms to compile "
              f"(bar: {TIME_BAR}); the header alone {none[1]:.0f} ms")
        missed = missed or data > DATA_BAR or took > 3 * TIME_BAR
    sys.exit(options.check and missed)


main()
