"""pydynox writes items in all the forms it has. Behind -- comes the program that has to load them: it is given the table,
checks every member, and changes the name of the person `kept` to "Changed". Then nothing else of that item may have
changed, and pydynox goes on where the program stopped.

usage: pydynox_writes.py [--endpoint URL] [--table NAME] [-- PROGRAM]"""
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from pydynox_models import Address, Cat, Checks, Dog, LETTER, Letter, Mood, Paper, Person, Rank, Ranked, start

UTC = timezone.utc
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def everything(email, **other):
    values = dict(
        email=email, name="Ada Lövelace", age=36, height=1.75, balance=Decimal("12345678901234567890.25"),
        serial=12345678901234567890123456789012345678, active=True, photo=b"\x00\x01\xff", tags={"red", "green"},
        scores={7, -3, 9007199254740993}, ratios={0.5, 2.25}, path=["a", "", "ü"], steps=[1, 2, 3],
        mixed=["text", 1, None, True, [1.5], {"deep": []}], address=Address("Long Acre 1", "London", 7),
        lines=[{"sku": "tea", "quantity": 2, "price": 4.5}, {"sku": "milk", "quantity": 1, "price": 1.25}],
        settings={"theme": "dark", "size": 12}, notes={"b": [1, 2.5, None, "é"], "a": True}, mood=Mood.BUSY, born=WHEN,
        seen=WHEN.replace(microsecond=678901), expires_at=datetime(2040, 1, 1, tzinfo=UTC))
    return Person(**{**values, **other})


def write(client, table):
    everything("full").sync_save()
    Person(email="bare").sync_save()
    everything("dates", born=datetime(2026, 1, 2, 3, 4, 5),
               seen=datetime(2026, 1, 2, 5, 4, 5, 120000, timezone(timedelta(hours=2)))).sync_save()
    client.sync_put_item(table, {                                    # forms that others write and pydynox reads
        "pk": "PERSON#foreign", "sk": "PROFILE", "email": "foreign", "tags": {"red", "green"},
        "scores": {7, -3, 9007199254740993}, "ratios": {0.5, 2.25}, "born": "2026-01-02T03:04:05Z",
        "seen": "2026-01-02T03:04:05.678Z", "notes": {"a": 1}, "version": 5})
    everything("numbers", age=-1, height=1e-07, balance=Decimal("19.990"), ratios={1e16, -0.125}).sync_save()

    nothing = everything("nulls")
    nothing.sync_save()
    for member in ("name", "age", "height", "balance", "serial", "active", "photo", "path", "steps", "mixed", "address", "lines",
                   "settings", "notes", "mood", "born", "seen", "expires_at"):
        setattr(nothing, member, None)                               # a later save makes them NULL
    nothing.tags, nothing.scores, nothing.ratios = set(), set(), set()
    nothing.sync_save()

    third = everything("third")
    third.sync_save()
    third.age += 1
    third.sync_save()
    third.sync_save()                                                # nothing changed: the version goes up

    everything("kept").sync_save()
    client.sync_update_item(table, {"pk": "PERSON#kept", "sk": "PROFILE"}, updates={"stray": {"of": {"x", "y"}}})

    Ranked(pk="RANKED", sk="1", rank=Rank.HIGH).sync_save()
    Dog(owner="ada", name="Rex", breed="poodle").sync_save()
    Cat(owner="ada", name="Tom", indoor=True).sync_save()
    client.sync_put_item(table, {"pk": "OWNER#ada", "sk": "ANIMAL#Una", "owner": "ada", "name": "Una", "_type": "Unicorn"})
    Paper().sync_save()
    Letter(pk="LETTER", sk="1", zstd=LETTER, lz4=LETTER, gzip=LETTER, short="Dear Ada").sync_save()


def main():
    options, client = start(__doc__)
    write(client, options.table)
    if not options.command:
        return
    key = {"pk": "PERSON#kept", "sk": "PROFILE"}
    before = client.sync_get_item(options.table, key, consistent_read=True)
    code = subprocess.run([*options.command, options.table]).returncode
    if code != 0:
        sys.exit(f"{options.command[0]} ended with {code}")
    checks = Checks()
    after = client.sync_get_item(options.table, key, consistent_read=True)
    checks.equal("kept", after, {**before, "n": "Changed", "version": 2})
    kept = Person.sync_get(**key, consistent_read=True)
    kept.name = "Changed again"
    kept.sync_save()
    checks.equal("version", Person.sync_get(**key, consistent_read=True).version, 3)
    checks.end()


main()
