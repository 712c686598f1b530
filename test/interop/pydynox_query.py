"""CPU seconds of a query of N items into models: of pydynox (one number), and of the program behind --, which is given the
table, N and the rounds and prints its own. Both count all threads of their process, and the best of the rounds. The ratio
is for reading: runs of one program differ by a factor of two in what the kernel takes for receiving 3 MB and for fresh
pages of memory. With --at-least R a ratio below that is a failure.

usage: pydynox_query.py [--endpoint URL] [--table NAME] [--count N] [--rounds N] [--at-least R] [-- PROGRAM]"""
import subprocess
import sys
import time
from datetime import datetime, timezone

from pydynox_models import Event, start


def fill(client, table, count):
    items = [{"pk": "EVENT", "sk": f"{i:08}", "name": f"Event {i}", "place": "Long Acre 1, London", "email": f"e{i}@example.com",
              "text": "A sentence or two about what will happen there, and when to come." [:60], "count": i, "price": 12.5,
              "open": i % 2 == 0, "created_at": datetime.fromtimestamp(1767323045 + i, timezone.utc).isoformat()}
             for i in range(count)]
    client.sync_batch_write(table, put_items=items)


def query(count):
    started = time.process_time()
    found = list(Event.sync_query(partition_key="EVENT"))
    took = time.process_time() - started
    if len(found) != count or found[-1].count != count - 1 or found[0].created_at.year != 2026:
        sys.exit("these are not the items")
    return took


def main():
    options, client = start(__doc__, ("--count", dict(type=int, default=10000)), ("--rounds", dict(type=int, default=15)),
                            ("--at-least", dict(type=float)))
    fill(client, options.table, options.count)
    took = min(query(options.count) for _ in range(options.rounds))
    if not options.command:
        print(f"{took:.6f}")
        return
    done = subprocess.run([*options.command, options.table, str(options.count), str(options.rounds)], stdout=subprocess.PIPE,
                          text=True)
    if done.returncode != 0:
        sys.exit(f"{options.command[0]} ended with {done.returncode}")
    other = float(done.stdout)
    print(f"{options.count} items: pydynox {took * 1e3:.1f} ms, the other {other * 1e3:.2f} ms of CPU: {took / other:.0f}x")
    if options.at_least and took < options.at_least * other:
        sys.exit(f"FAIL: not {options.at_least:g}x")


main()
