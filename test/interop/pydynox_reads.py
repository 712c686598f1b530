"""pydynox loads what the program behind -- wrote: it is run with the table and the word "write", and every member is
checked here. Then pydynox changes one, and the program, run with "again", has to find that.

usage: pydynox_reads.py [--endpoint URL] [--table NAME] -- PROGRAM"""
import re
import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal

from pydynox_models import Address, Animal, Cat, Checks, Dog, LETTER, Letter, Mood, Paper, Person, start

UTC = timezone.utc
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FULL = dict(
    pk="PERSON#full", sk="PROFILE", email="full", name="Ada Lövelace", age=36, height=1.75,
    balance=Decimal("12345678901234567890.25"), serial=12345678901234567890123456789012345678, active=True,
    photo=b"\x00\x01\xff", tags={"red", "green"}, scores={7, -3, 9007199254740991}, ratios={0.5, 2.25}, path=["a", "", "ü"],
    steps=[1, 2, 3], mixed=["text", 1, None, True, [1.5], {"deep": []}], address=Address("Long Acre 1", "London", 7),
    lines=[{"sku": "tea", "quantity": 2, "price": 4.5}, {"sku": "milk", "quantity": 1, "price": 1.25}],
    settings={"theme": "dark", "size": 12}, notes={"b": [1, 2.5, None, "é"], "a": True}, mood=Mood.BUSY, born=WHEN,
    seen=WHEN.replace(microsecond=678901), expires_at=datetime(2040, 1, 1, tzinfo=UTC), version=1)
# The program's members that have no "absent" of their own are optional there, so that these are not in the item.
BARE = {**{member: None for member in FULL}, "pk": "PERSON#bare", "sk": "PROFILE", "email": "bare", "version": 1}
# Changed by smart saves and an update of the program: seen as pydynox sees removed attributes.
CHANGED = {**FULL, "pk": "PERSON#changed", "email": "changed", "age": 37, "name": None, "tags": {"blue"}, "path": [], "version": 4}


def run(options, word):
    code = subprocess.run([*options.command, options.table, word]).returncode
    if code != 0:
        sys.exit(f"{options.command[0]} {word} ended with {code}")


def person(checks, expected):
    found = Person.sync_get(pk=expected["pk"], sk="PROFILE", consistent_read=True)
    checks.equal(expected["pk"], type(found), Person)
    for member, value in expected.items():
        checks.equal(f"{expected['email']}.{member}", getattr(found, member, None), value)


def main():
    options, client = start(__doc__)
    run(options, "write")
    checks = Checks()
    for expected in (FULL, BARE, CHANGED):
        person(checks, expected)

    raw = client.sync_get_item(options.table, {"pk": "PERSON#full", "sk": "PROFILE"})
    checks.equal("sets are sets on the wire", type(raw["tags"]), set)
    checks.equal("the stored date", raw["born"], "2026-01-02T03:04:05+00:00")

    animals = list(Animal.sync_query(partition_key="OWNER#eve"))
    checks.equal("animals", [type(animal) for animal in animals], [Dog, Cat])
    checks.equal("breed", getattr(animals[0], "breed", None), "collie")
    checks.equal("indoor", getattr(animals[-1], "indoor", None), False)

    paper, = Paper.sync_query(partition_key="PAPER")
    checks.equal("a ULID", bool(re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", paper.id)), True)
    checks.equal("now, as text", bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", paper.made)), True)
    checks.equal("now, in ms", type(paper.made_ms), int)

    letter = Letter.sync_get(pk="LETTER", sk="2", consistent_read=True)
    for member in ("zstd", "lz4", "gzip"):
        checks.equal(f"letter.{member}", getattr(letter, member), LETTER)
    checks.equal("letter.short", letter.short, "Dear Charles")
    raw = client.sync_get_item(options.table, {"pk": "LETTER", "sk": "2"})
    checks.equal("compressed", [raw[member].split(":")[0] for member in ("zstd", "lz4", "gzip")], ["ZSTD", "LZ4", "GZIP"])

    again = Person.sync_get(pk="PERSON#full", sk="PROFILE", consistent_read=True)
    again.age, again.tags = 99, {"red", "blue"}
    again.address.city = "Paris"
    again.sync_save()
    run(options, "again")
    checks.end()


main()
