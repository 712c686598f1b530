"""pydynox and the program behind -- increment one versioned counter, in turn and then both at once: no increment is lost.

The program is given the table. It reads commands, one a line, and answers each with one line:
    load      reads the counter and keeps it; says "value version"
    save      one more than what it keeps; says "saved" or "conflict"
    race N    N times one more, again on a conflict; says how many conflicts there were
At the end of its input it ends.

usage: pydynox_races.py [--endpoint URL] [--table NAME] [--count N] -- PROGRAM"""
import asyncio
import subprocess

from pydynox.exceptions import ConditionalCheckFailedException

from pydynox_models import Checks, Counter, start

KEY = {"pk": "COUNTER", "sk": "1"}


class Other:
    def __init__(self, options):
        self.process = subprocess.Popen([*options.command, options.table], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def tell(self, command):
        print(command, file=self.process.stdin, flush=True)

    def answer(self):
        return self.process.stdout.readline().strip()

    def ask(self, command):
        self.tell(command)
        return self.answer()


def load():
    return Counter.sync_get(**KEY, consistent_read=True)


def saved(counter):
    counter.value += 1
    try:
        counter.sync_save()
        return "saved"
    except ConditionalCheckFailedException:
        return "conflict"


def in_turn(checks, other):
    """Both load the same; who saves second is told."""
    mine = load()
    checks.equal("loaded", other.ask("load"), f"{mine.value} {mine.version}")
    checks.equal("it saves first", other.ask("save"), "saved")
    checks.equal("pydynox second", saved(mine), "conflict")
    mine = load()
    checks.equal("loaded again", other.ask("load"), f"{mine.value} {mine.version}")
    checks.equal("pydynox first", saved(mine), "saved")
    checks.equal("it second", other.ask("save"), "conflict")
    checks.equal("it may not go on with what it has", other.ask("save"), "conflict")
    checks.equal("loaded a third time", other.ask("load"), f"{mine.value} {mine.version}")
    checks.equal("it saves then", other.ask("save"), "saved")


async def add(count):
    conflicts = 0
    while count:
        counter = await Counter.get(**KEY, consistent_read=True)
        counter.value += 1
        try:
            await counter.save()
            count -= 1
        except ConditionalCheckFailedException:
            conflicts += 1
    return conflicts


async def race(count):
    return sum(await asyncio.gather(add(count // 2), add(count - count // 2)))


def main():
    options, _ = start(__doc__, ("--count", dict(type=int, default=100)))
    Counter(**KEY, value=0).sync_save()
    checks, other = Checks(), Other(options)
    in_turn(checks, other)
    before = load()
    other.tell(f"race {options.count}")
    mine = asyncio.run(race(options.count))
    theirs = other.answer()
    after = load()
    print(f"{2 * options.count} increments; conflicts: pydynox {mine}, the other {theirs}")
    checks.equal("what was added", after.value - before.value, 2 * options.count)
    checks.equal("versions", after.version - before.version, 2 * options.count)
    other.process.stdin.close()
    checks.equal("its end", other.process.wait(), 0)
    checks.end()


main()
